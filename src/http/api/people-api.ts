import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type * as z from "zod";
import {
  type ApiTokens,
  type Booked,
  type BookRefusal,
  type Log,
  type PeopleBook,
  type PersonListed,
  parseSecret,
} from "../../model/index.js";
import { describeError } from "../redaction.js";
import { asSchema, newPerson, newPin, person, personChange, refusal } from "./shapes.js";

export interface PeopleApiParts {
  readonly book: () => PeopleBook;
  readonly tokens: Pick<ApiTokens, "nameOf">;
  readonly log: Log;
  readonly version: string;
  readonly publicUrl: () => string;
}

const base = "/api/v1";
/** From one address, with or without a token. */
const requestsPerMinute = 120;
const bodyLimit = 16_384;

const statuses: Readonly<Record<BookRefusal, number>> = {
  "unknown-person": 404,
  "file-owned": 409,
  taken: 409,
  "not-right": 422,
  "record-unavailable": 503,
};

const answers = {
  401: "Refusal#",
  404: "Refusal#",
  409: "Refusal#",
  422: "Refusal#",
  429: "Refusal#",
  503: "Refusal#",
};

interface Named {
  readonly Params: { readonly person: string };
}

/**
 * The people over HTTP, for a site's own programs: each with a bearer token of its own, which stands in the record with
 * what was done. The document of it is at `/api/v1/openapi.json`. On the server of the phone pages, in a context of its own.
 */
export function peopleApi(parts: PeopleApiParts): (server: FastifyInstance) => Promise<void> {
  return async (server) => {
    await server.register(async (app) => {
      await app.register(rateLimit, {
        max: requestsPerMinute,
        timeWindow: 60_000,
        errorResponseBuilder: () => Object.assign(new Error(), { statusCode: 429 }),
      });
      await app.register(swagger, { openapi: documentOf(parts), refResolver: { buildLocalReference } });
      // The document's schemas look at nothing: that is done by the very shapes that they are made of.
      app.setValidatorCompiler(() => () => true);
      app.setSerializerCompiler(() => (value) => JSON.stringify(value));
      for (const [name, shape] of Object.entries({ person, newPerson, personChange, newPin, refusal })) {
        app.addSchema(asSchema(shape, `${name.charAt(0).toUpperCase()}${name.slice(1)}`));
      }
      app.addHook("onRequest", async (_request, reply) => void reply.header("cache-control", "no-store"));
      app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        const { statusCode = 500 } = error;
        if (statusCode === 429) return refuse(reply, 429, "Too many requests; wait a minute.");
        if (statusCode < 500) return refuse(reply, statusCode, "This cannot be read.");
        parts.log.error({ error: describeError(error) }, "A request of the API failed");
        return refuse(reply, 500, "Something went wrong here; the log says what.");
      });
      app.get(`${base}/openapi.json`, { schema: { hide: true } }, async () => app.swagger());
      routes(app, parts);
    });
  };
}

function routes(app: FastifyInstance, { book, tokens, log }: PeopleApiParts): void {
  const nameOf = (request: FastifyRequest): string | undefined => {
    const [, token] = /^Bearer ([A-Za-z0-9_-]{40,80})$/i.exec(request.headers.authorization ?? "") ?? [];
    return token === undefined ? undefined : tokens.nameOf(token);
  };
  const who = (request: FastifyRequest): string => `api:${nameOf(request)}`;
  const known = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (nameOf(request) !== undefined) return undefined;
    log.warn({ remote: request.raw.socket.remoteAddress }, "A request of the API had no token, or a wrong one");
    reply.header("www-authenticate", 'Bearer realm="earshot"');
    return refuse(reply, 401, "Give a token: `Authorization: Bearer …`; `earshot people token` makes one.");
  };
  const given = <T>(shape: z.ZodType<T>, request: FastifyRequest, reply: FastifyReply): T | undefined => {
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
  };
  const options = (summary: string, success: object, body?: string) => ({
    bodyLimit,
    // Behind the limit of requests, which is an onRequest hook of each route.
    preValidation: known,
    schema: {
      ...{ summary, tags: ["people"], response: { ...success, ...refusals() } },
      ...(body && { body: { $ref: body } }),
    },
  });

  app.get(
    `${base}/people`,
    options("Everybody, by extension", { 200: { description: "All", type: "array", items: { $ref: "Person#" } } }),
    async () => book().list(),
  );
  app.post(
    `${base}/people`,
    options("Add somebody", { 201: { $ref: "Person#" } }, "NewPerson#"),
    async (request, reply) => {
      const wish = given(newPerson, request, reply);
      return wish ? send(reply, await book().add(who(request), wish), 201) : reply;
    },
  );
  app.get<Named>(
    `${base}/people/:person`,
    options("One person, by id or extension", { 200: { $ref: "Person#" } }),
    async (request, reply) => {
      const found = book().find(request.params.person);
      return found ?? refuse(reply, 404, "Nobody has that id or extension.");
    },
  );
  app.patch<Named>(
    `${base}/people/:person`,
    options("Change somebody; what they may no longer ends at once", { 200: { $ref: "Person#" } }, "PersonChange#"),
    async (request, reply) => {
      const wish = given(personChange, request, reply);
      return wish ? send(reply, await book().change(who(request), request.params.person, wish), 200) : reply;
    },
  );
  app.delete<Named>(`${base}/people/:person`, options("Remove somebody", nothing()), async (request, reply) =>
    send(reply, await book().remove(who(request), request.params.person), 204),
  );
  app.put<Named>(`${base}/people/:person/pin`, options("Set the PIN", nothing(), "NewPin#"), async (request, reply) => {
    const wish = given(newPin, request, reply);
    const pin = wish && parseSecret(wish.pin);
    return pin ? send(reply, await book().setPin(who(request), request.params.person, pin), 204) : reply;
  });
  app.post<Named>(
    `${base}/people/:person/unlock`,
    options("Let somebody try their PIN again", nothing()),
    async (request, reply) => send(reply, await book().unlock(who(request), request.params.person), 204),
  );
}

function send(reply: FastifyReply, booked: Booked<PersonListed>, status: 200 | 201 | 204): FastifyReply {
  if (!booked.ok) return refuse(reply, statuses[booked.why], booked.sentence);
  if (status === 201) reply.header("location", `${base}/people/${encodeURIComponent(booked.value.id)}`);
  return status === 204 ? reply.code(204).send() : reply.code(status).send(booked.value);
}

function refuse(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).send({ sentence });
}

function nothing(): object {
  return { 204: { description: "It is done.", type: "null" } };
}

function refusals(): object {
  return Object.fromEntries(Object.entries(answers).map(([status, $ref]) => [status, { $ref }]));
}

function documentOf({ version, publicUrl }: PeopleApiParts) {
  return {
    openapi: "3.1.0",
    info: { title: "earshot", version, description: "The people of a site: agents and supervisors." },
    servers: [{ url: publicUrl() }],
    components: { securitySchemes: { token: { type: "http" as const, scheme: "bearer" } } },
    security: [{ token: [] }],
  };
}

function buildLocalReference(json: { $id?: unknown }, _base: unknown, _fragment: unknown, index: number): string {
  return typeof json.$id === "string" ? json.$id : `def-${index}`;
}
