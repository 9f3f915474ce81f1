import { Field, GraphQLISODateTime, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Viewer } from '@seatrial/platform';
import { ExercisesService } from './exercises.service.js';

@ObjectType('LocalizedText', { description: 'A text in each language of the platform.' })
export class LocalizedTextType {
  @Field(() => String) en!: string;
  @Field(() => String) es!: string;
}

@ObjectType('Assignment', { description: 'An exercise as it is given out in a course.' })
export class AssignmentType {
  @Field(() => ID) id!: string;
  @Field(() => ID) courseId!: string;
  @Field(() => ID) exerciseId!: string;
  @Field(() => String, { description: 'The name to submit to.' }) slug!: string;
  @Field(() => LocalizedTextType) title!: LocalizedTextType;
  @Field(() => GraphQLISODateTime, { nullable: true }) opensAt!: Date | null;
  @Field(() => GraphQLISODateTime, { nullable: true }) dueAt!: Date | null;
}

@Resolver(() => AssignmentType)
export class ExercisesResolver {
  constructor(private readonly exercises: ExercisesService) {}

  @Query(() => [AssignmentType], { description: "What is given out in the viewer's courses." })
  async assignments(@CurrentViewer() viewer: Viewer): Promise<AssignmentType[]> {
    return this.exercises.assignmentsOf(viewer);
  }
}
