import { Module } from '@nestjs/common';
import { ExercisesResolver } from './exercises.resolver.js';
import { ExercisesService } from './exercises.service.js';

@Module({ providers: [ExercisesService, ExercisesResolver], exports: [ExercisesService] })
export class ExercisesModule {}
