import { Field, Float, GraphQLISODateTime, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { RunOutcome, RunState } from '@seatrial/persistence';
import { LocalizedTextType } from '../exercises/exercises.resolver.js';

registerEnumType(RunState, { name: 'RunState' });
registerEnumType(RunOutcome, { name: 'RunOutcome' });

@InputType()
export class ManifestInput {
  @Field(() => String, { description: 'Relative to the submission, with "/".' }) path!: string;
  @Field(() => String) content!: string;
}

@InputType()
export class SubmitInput {
  @Field(() => ID, { description: "An exercise's id or name." }) exercise!: string;
  @Field(() => ID, { nullable: true, description: "A course's id or name, where several give the exercise out." })
  course?: string;
  @Field(() => ID, { description: 'Chosen by the client; the same again gives the same submission.' })
  clientId!: string;
  @Field(() => [ManifestInput], { nullable: true }) manifests?: ManifestInput[];
  @Field(() => String, { nullable: true, description: 'A script, or a pasted terminal session.' }) transcript?: string;
}

@ObjectType('Points', { description: 'An exact number of points.' })
export class PointsType {
  @Field(() => String, { description: 'As a whole number or fraction: 7, 1/3.' }) exact!: string;
  @Field(() => Float) value!: number;
}

@ObjectType('Evidence', { description: 'What a reason rests on.' })
export class EvidenceType {
  @Field(() => String) kind!: string;
  @Field(() => String) subject!: string;
  @Field(() => String) found!: string;
  @Field(() => Int, { nullable: true, description: 'The command, counted from 1.' }) step?: number;
  @Field(() => Float, { nullable: true, description: 'Virtual ms since the replay began.' }) atMs?: number;
}

@ObjectType('CheckResult')
export class CheckResultType {
  @Field(() => ID) id!: string;
  @Field(() => LocalizedTextType) title!: LocalizedTextType;
  @Field(() => String, { description: 'passed, failed, skipped or unsupported.' }) status!: string;
  @Field(() => PointsType) points!: PointsType;
  @Field(() => PointsType) earned!: PointsType;
  @Field(() => LocalizedTextType, { nullable: true, description: 'Why points were lost.' }) reason?: LocalizedTextType;
  @Field(() => [LocalizedTextType]) hints!: LocalizedTextType[];
  @Field(() => [EvidenceType]) evidence!: EvidenceType[];
}

@ObjectType('SubmissionProblem', { description: 'Why a submission could not be replayed to its end.' })
export class SubmissionProblemType {
  @Field(() => String) code!: string;
  @Field(() => LocalizedTextType) message!: LocalizedTextType;
  @Field(() => String, { nullable: true }) file?: string;
  @Field(() => Int, { nullable: true }) line?: number;
}

@ObjectType('Step', { description: 'One command of the replay.' })
export class StepType {
  @Field(() => Int) step!: number;
  @Field(() => Int, { nullable: true }) line?: number;
  @Field(() => String) command!: string;
  @Field(() => Int) exit!: number;
  @Field(() => String) stdout!: string;
  @Field(() => String) stderr!: string;
  @Field(() => Float) startMs!: number;
  @Field(() => Float) endMs!: number;
  @Field(() => LocalizedTextType, { nullable: true, description: 'Why it did not end by itself.' })
  stopped?: LocalizedTextType;
  @Field(() => [LocalizedTextType], {
    nullable: true,
    description: 'The releases of Kubernetes that changed what it relied on.',
  })
  releases?: readonly LocalizedTextType[];
  @Field(() => String, { nullable: true, description: 'What was run, where identifiers were replaced.' }) ran?: string;
  @Field(() => Float, {
    nullable: true,
    description: 'Virtual ms that passed because the pasted output shows that the student had waited.',
  })
  waitedMs?: number;
  @Field(() => [String], {
    nullable: true,
    description: 'Lines that the transcript shows as its output and the replay did not print; no points are lost.',
  })
  claimDiffers?: readonly string[];
}

@ObjectType('IdentifierBinding', {
  description: 'An identifier of the student’s own cluster in a command, and what it stands for in the replay.',
})
export class IdentifierBindingType {
  @Field(() => String) kind!: string;
  @Field(() => String) from!: string;
  @Field(() => String) to!: string;
  @Field(() => String, { description: 'output, candidate or ambiguous.' }) how!: string;
  @Field(() => Int) step!: number;
  @Field(() => Int, { nullable: true }) line?: number;
  @Field(() => String) command!: string;
}

@ObjectType('SkippedText', { description: 'A piece of the transcript that was not run, and why.' })
export class SkippedTextType {
  @Field(() => Int) line!: number;
  @Field(() => String) text!: string;
  @Field(() => String) reason!: string;
}

@ObjectType('UnsupportedUse', { description: 'Something that is not simulated; the score is provisional.' })
export class UnsupportedUseType {
  @Field(() => String) what!: string;
  @Field(() => Int, { nullable: true }) step?: number;
  @Field(() => [ID], { description: 'The checks it may have cost.' }) checks!: string[];
}

@ObjectType('Run', { description: 'One grading of a submission.' })
export class RunType {
  @Field(() => ID) id!: string;
  @Field(() => RunState) state!: RunState;
  @Field(() => RunOutcome, { nullable: true }) outcome!: RunOutcome | null;
  @Field(() => Int) attempts!: number;
  @Field(() => PointsType, { nullable: true }) score!: PointsType | null;
  @Field(() => PointsType, { nullable: true }) maximum!: PointsType | null;
  @Field(() => String, { nullable: true }) digest!: string | null;
  @Field(() => String) seed!: string;
  @Field(() => String, { nullable: true }) engineVersion!: string | null;
  @Field(() => SubmissionProblemType, { nullable: true }) problem!: SubmissionProblemType | null;
  @Field(() => [CheckResultType]) checks!: CheckResultType[];
  @Field(() => [StepType]) steps!: StepType[];
  @Field(() => [SkippedTextType]) skipped!: SkippedTextType[];
  @Field(() => [UnsupportedUseType]) unsupported!: UnsupportedUseType[];
  @Field(() => [IdentifierBindingType]) bindings!: IdentifierBindingType[];
  @Field(() => GraphQLISODateTime) queuedAt!: Date;
  @Field(() => GraphQLISODateTime, { nullable: true }) startedAt!: Date | null;
  @Field(() => GraphQLISODateTime, { nullable: true }) finishedAt!: Date | null;
}

@ObjectType('Submission')
export class SubmissionType {
  @Field(() => ID) id!: string;
  @Field(() => ID) clientId!: string;
  @Field(() => ID) assignmentId!: string;
  @Field(() => String) exercise!: string;
  @Field(() => String, { description: 'Who handed it in.' }) student!: string;
  @Field(() => GraphQLISODateTime) createdAt!: Date;
  @Field(() => RunType, { description: 'The newest run.' }) run!: RunType;
}

@ObjectType('RunProgress', { description: 'How far a run is; the last one carries the finished run.' })
export class RunProgressType {
  @Field(() => ID) runId!: string;
  @Field(() => RunState) state!: RunState;
  @Field(() => Int, { description: 'Commands replayed so far.' }) step!: number;
  @Field(() => Int, { description: 'Commands in all; 0 while not known.' }) steps!: number;
  @Field(() => String, { nullable: true }) command?: string;
  @Field(() => RunType, { nullable: true }) run?: RunType;
}
