import { Field, ID, ObjectType, Query, Resolver, registerEnumType } from '@nestjs/graphql';
import { CourseRole } from '@seatrial/persistence';
import { CurrentViewer, type Viewer } from '@seatrial/platform';
import { CoursesService } from './courses.service.js';

registerEnumType(CourseRole, { name: 'CourseRole' });

@ObjectType('Course')
export class CourseType {
  @Field(() => ID) id!: string;
  @Field(() => String) slug!: string;
  @Field(() => String) title!: string;
  @Field(() => CourseRole, { description: "The viewer's role in it." }) role!: CourseRole;
}

@Resolver(() => CourseType)
export class CoursesResolver {
  constructor(private readonly courses: CoursesService) {}

  @Query(() => [CourseType], { name: 'courses', description: 'The courses the viewer is in.' })
  async list(@CurrentViewer() viewer: Viewer): Promise<CourseType[]> {
    return this.courses.coursesOf(viewer);
  }
}
