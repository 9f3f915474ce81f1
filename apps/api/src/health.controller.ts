import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { GradingMetrics, PRISMA } from '@seatrial/features';
import type { PrismaClient } from '@seatrial/persistence';

/** The part of a Fastify reply that is used here. */
interface Reply {
  status(code: number): Reply;
  send(body: unknown): unknown;
}

@Controller('health')
export class HealthController {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    private readonly metrics: GradingMetrics,
  ) {}

  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready while the database and the queue answer. */
  @Get('ready')
  async ready(@Res() reply: Reply): Promise<void> {
    const [database, queue] = await Promise.allSettled([
      this.prisma.$queryRaw`SELECT 1`,
      this.metrics.registry.getSingleMetricAsString('seatrial_queue_jobs'),
    ]);
    const checks = {
      database: database.status === 'fulfilled' ? 'ok' : 'down',
      queue: queue.status === 'fulfilled' ? 'ok' : 'down',
    };
    const ok = checks.database === 'ok' && checks.queue === 'ok';
    reply.status(ok ? 200 : 503).send({ status: ok ? 'ok' : 'unavailable', ...checks });
  }
}

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: GradingMetrics) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
