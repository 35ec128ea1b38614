import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import type { ApiTokens, Log, PeopleBook, PhonesBook } from "../../model/index.js";
import { describeError } from "../redaction.js";
import { Asking, base, refuse } from "./asking.js";
import { peopleRoutes } from "./people-api.js";
import { newPhone, phone, phoneChange, phoneReplacement } from "./phone-shapes.js";
import { phonesRoutes } from "./phones-api.js";
import { asSchema, newPerson, newPin, person, personChange, refusal } from "./shapes.js";

export interface SiteApiParts {
  readonly people: () => PeopleBook;
  readonly phones: () => PhonesBook;
  readonly tokens: Pick<ApiTokens, "find">;
  readonly log: Log;
  readonly version: string;
  readonly publicUrl: () => string;
}

/** From one address, with or without a token. */
const requestsPerMinute = 120;

const shapes = {
  ...{ person, newPerson, personChange, newPin, refusal },
  ...{ phone, newPhone, phoneChange, phoneReplacement },
};

/**
 * People and phones over HTTP, for a site's own programs: each with a bearer token of its own, which stands in the record
 * with what was done. The document of it is at `/api/v1/openapi.json`. On the server of the phone pages, in a context of its
 * own.
 */
export function siteApi(parts: SiteApiParts): (server: FastifyInstance) => Promise<void> {
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
      for (const [name, shape] of Object.entries(shapes)) {
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
      const asking = new Asking(parts);
      peopleRoutes(app, asking, parts.people);
      phonesRoutes(app, asking, parts.phones);
    });
  };
}

function documentOf({ version, publicUrl }: SiteApiParts) {
  return {
    openapi: "3.1.0",
    info: {
      title: "earshot",
      version,
      description: "The people of a site, agents and supervisors, and their desk phones.",
    },
    servers: [{ url: publicUrl() }],
    components: { securitySchemes: { token: { type: "http" as const, scheme: "bearer" } } },
    security: [{ token: [] }],
  };
}

function buildLocalReference(json: { $id?: unknown }, _base: unknown, _fragment: unknown, index: number): string {
  return typeof json.$id === "string" ? json.$id : `def-${index}`;
}
