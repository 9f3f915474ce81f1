import { Inject, Injectable } from '@nestjs/common';
import { RecentValues } from '@seatrial/kernel';
import { PRISMA, type PrismaClient } from '../../service/service-tokens.js';

const CACHED = 100;

type Files = Readonly<Record<string, string>>;

/** The files of exercises' versions, which never change once stored; those asked for first are forgotten first. */
@Injectable()
export class ExerciseFiles {
  private readonly cache = new RecentValues<Files>(CACHED);

  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Path in the exercise's folder → text. */
  async of(versionId: string): Promise<Files> {
    const cached = this.cache.get(versionId);
    if (cached) return cached;
    const { files } = await this.prisma.exerciseVersion.findUniqueOrThrow({
      where: { id: versionId },
      select: { files: true },
    });
    return this.cache.add(versionId, files as Record<string, string>);
  }
}
