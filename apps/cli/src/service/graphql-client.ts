import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';

export class GraphqlRequestError extends Error {
  override readonly name = 'GraphqlRequestError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** A client of the GraphQL API as any other: over HTTP, and over a WebSocket for subscriptions. */
export class GraphqlClient {
  private socket: Client | undefined;

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async request<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as Answer<Data>;
    const [error] = answer.errors ?? [];
    if (error) throw new GraphqlRequestError(error.extensions?.code ?? 'UNKNOWN', error.message);
    if (!answer.data) throw new GraphqlRequestError('UNKNOWN', `HTTP ${String(response.status)}`);
    return answer.data;
  }

  /** The results of a subscription until it completes. */
  subscribe(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    onData: (data: unknown) => void,
  ): Promise<void> {
    this.socket ??= createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.token}` },
      retryAttempts: 3,
    });
    const { socket } = this;
    return new Promise((resolve, reject) => {
      socket.subscribe<unknown>(
        { query, variables: { ...variables } },
        {
          next: ({ data, errors }) => {
            if (data) onData(data);
            if (errors?.[0]) reject(new GraphqlRequestError('SUBSCRIPTION', errors[0].message));
          },
          error: (error) => {
            reject(error instanceof Error ? error : new GraphqlRequestError('SUBSCRIPTION', JSON.stringify(error)));
          },
          complete: resolve,
        },
      );
    });
  }

  async close(): Promise<void> {
    await this.socket?.dispose();
  }
}
