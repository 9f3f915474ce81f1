import { Field, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Viewer } from '@seatrial/platform';

@ObjectType('User')
export class UserType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => String) email!: string;
  @Field(() => String, { description: 'The language of texts: en or es.' }) locale!: string;
}

@Resolver(() => UserType)
export class IdentityResolver {
  @Query(() => UserType, { description: 'Who the bearer token stands for.' })
  viewer(@CurrentViewer() viewer: Viewer): UserType {
    return viewer;
  }
}
