import { Module } from '@nestjs/common';
import { CoursesResolver } from './courses.resolver.js';
import { CoursesService } from './courses.service.js';

@Module({ providers: [CoursesService, CoursesResolver], exports: [CoursesService] })
export class CoursesModule {}
