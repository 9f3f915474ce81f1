import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext, Viewer } from '@seatrial/platform';
import { PRISMA, type PrismaClient } from '../service/service-tokens.js';

const TOKEN_PREFIX = 'seatrial_';
const TOKEN_BYTES = 24;

const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Users and their bearer tokens. */
@Injectable()
export class IdentityService {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Creates a user, or finds the one with this address. */
  async ensureUser(user: {
    readonly name: string;
    readonly email: string;
    readonly locale?: string;
    readonly admin?: boolean;
  }): Promise<Viewer> {
    return this.prisma.user.upsert({ where: { email: user.email }, create: user, update: {} });
  }

  /** A new token of a user; only here is it seen, the database keeps its hash. */
  async issueToken(userId: string, label: string, expiresAt?: Date): Promise<string> {
    const token = TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
    await this.prisma.token.create({
      data: { userId, label, hash: hashToken(token), ...(expiresAt && { expiresAt }) },
    });
    return token;
  }

  /** Who an `Authorization` header stands for. */
  async authenticate(header: string | undefined): Promise<RequestContext> {
    if (!header) return { tokenProblem: 'missing' };
    const token = /^Bearer\s+(\S{1,200})$/i.exec(header)?.[1];
    if (token === undefined) return { tokenProblem: 'invalid' };
    const found = await this.prisma.token.findUnique({ where: { hash: hashToken(token) }, include: { user: true } });
    if (!found || found.revokedAt || (found.expiresAt && found.expiresAt.getTime() < Date.now())) {
      return { tokenProblem: 'invalid' };
    }
    const { id, name, email, locale, admin } = found.user;
    return { viewer: { id, name, email, locale, admin } };
  }
}
