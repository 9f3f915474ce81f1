import { Inject, Injectable } from '@nestjs/common';
import { PRISMA, type PrismaClient } from '../../service/service-tokens.js';

const CACHED = 100;

type Files = Readonly<Record<string, string>>;

/** The files of exercises' versions, which never change once stored; those asked for first are forgotten first. */
@Injectable()
export class ExerciseFiles {
  private readonly cache = new Map<string, Files>();

  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Path in the exercise's folder → text. */
  async of(versionId: string): Promise<Files> {
    const cached = this.cache.get(versionId);
    if (cached) return cached;
    const { files } = await this.prisma.exerciseVersion.findUniqueOrThrow({
      where: { id: versionId },
      select: { files: true },
    });
    const oldest = this.cache.size >= CACHED ? this.cache.keys().next().value : undefined;
    if (oldest !== undefined) this.cache.delete(oldest);
    this.cache.set(versionId, files as Record<string, string>);
    return files as Record<string, string>;
  }
}
