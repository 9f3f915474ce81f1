import type { HttpResponse } from '@seatrial/kernel';

const PLAIN = ['Content-Type', 'text/plain; charset=utf-8'] as const;

/** What Go's net/http answers to a path that nobody serves (http.NotFound). */
export const GO_NOT_FOUND: HttpResponse = { status: 404, headers: [PLAIN], body: '404 page not found\n' };

/** What it answers to a request whose URL it cannot read, before anybody is asked. */
export const GO_BAD_REQUEST: HttpResponse = {
  status: 400,
  headers: [PLAIN, ['Connection', 'close']],
  body: '400 Bad Request',
};
