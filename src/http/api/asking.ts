import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from "fastify";
import type * as z from "zod";
import type { ApiToken, ApiTokens, ApiUse, Log } from "../../model/index.js";

export const base = "/api/v1";
const bodyLimit = 16_384;

const answers = {
  401: "Refusal#",
  403: "Refusal#",
  404: "Refusal#",
  409: "Refusal#",
  422: "Refusal#",
  429: "Refusal#",
  503: "Refusal#",
};

/** What came of an order, whatever is kept: a value, or why not. */
type Done<Value, Why extends string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly why: Why; readonly sentence: string };

/** How the API's programs are known, asked and answered. */
export class Asking {
  readonly #tokens: Pick<ApiTokens, "find">;
  readonly #log: Log;

  constructor({ tokens, log }: { readonly tokens: Pick<ApiTokens, "find">; readonly log: Log }) {
    this.#tokens = tokens;
    this.#log = log;
  }

  /** Who asks, for the record. */
  who(request: FastifyRequest): string {
    return `api:${this.#tokenOf(request)?.name}`;
  }

  /** What was sent, or undefined once it has been refused. */
  given<T>(shape: z.ZodType<T>, request: FastifyRequest, reply: FastifyReply): T | undefined {
    const asked = shape.safeParse(request.body);
    if (asked.success) return asked.data;
    const [issue] = asked.error.issues;
    const at = issue?.path.join(".") ?? "";
    const why = issue?.message ?? "it cannot be read";
    refuse(
      reply,
      422,
      `This is not as it must be${at === "" ? "" : ` at ${at}`}: ${why}${why.endsWith("?") ? "" : "."}`,
    );
    return undefined;
  }

  /** Of a route, for its program and for the document. */
  options(use: ApiUse, summary: string, success: object, body?: string): RouteShorthandOptions {
    return {
      bodyLimit,
      // Behind the limit of requests, which is an onRequest hook of each route.
      preValidation: (request, reply) => this.#known(use, request, reply),
      schema: {
        ...{ summary, tags: [use], response: { ...success, ...refusals() } },
        ...(body && { body: { $ref: body } }),
      },
    };
  }

  async #known(use: ApiUse, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const token = this.#tokenOf(request);
    if (token?.use === use) return undefined;
    const remote = request.raw.socket.remoteAddress;
    if (token) {
      this.#log.warn({ remote, token: token.name }, "A token of the API was used for what it is not for");
      const sentence = `This token is for ${token.use}; \`earshot ${use} token\` makes one for ${use}.`;
      return refuse(reply, 403, sentence);
    }
    this.#log.warn({ remote }, "A request of the API had no token, or a wrong one");
    reply.header("www-authenticate", 'Bearer realm="earshot"');
    return refuse(reply, 401, `Give a token: \`Authorization: Bearer …\`; \`earshot ${use} token\` makes one.`);
  }

  #tokenOf(request: FastifyRequest): ApiToken | undefined {
    const [, token] = /^Bearer ([A-Za-z0-9_-]{40,80})$/i.exec(request.headers.authorization ?? "") ?? [];
    return token === undefined ? undefined : this.#tokens.find(token);
  }
}

/** Answers with what came of an order. @param at where what was made is, for a 201. */
export function send<Value, Why extends string>(
  reply: FastifyReply,
  done: Done<Value, Why>,
  statuses: Readonly<Record<Why, number>>,
  status: 200 | 204 | { readonly at: (value: Value) => string },
): FastifyReply {
  if (!done.ok) return refuse(reply, statuses[done.why], done.sentence);
  if (typeof status === "object")
    return reply
      .code(201)
      .header("location", `${base}${status.at(done.value)}`)
      .send(done.value);
  return status === 204 ? reply.code(204).send() : reply.code(200).send(done.value);
}

export function refuse(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).send({ sentence });
}

/** Of a route that answers with nothing. */
export function nothing(): object {
  return { 204: { description: "It is done.", type: "null" } };
}

function refusals(): object {
  return Object.fromEntries(Object.entries(answers).map(([status, $ref]) => [status, { $ref }]));
}
