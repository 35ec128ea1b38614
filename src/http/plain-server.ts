import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Listen, Refusals } from "../model/index.js";
import { limitedServer, serverLimits } from "./limits.js";
import { listenOn, movedUrl } from "./listening.js";
import { bePatient } from "./patience.js";

export interface PlainServerOptions {
  readonly listen: Listen;
  readonly refusals: Refusals;
  /** What others reach it by. */
  readonly url: string;
  /** The key of the configuration that says where it listens. */
  readonly key: string;
  /** Everything that it answers but what is no request at all, which `refuse` answers. */
  readonly register: (app: FastifyInstance) => void;
  readonly refuse: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
}

/** A listener of its own by plain http, within the limits of the one for pages, with nothing on it but what is put there. */
export class PlainServer {
  readonly #options: PlainServerOptions;
  #app: FastifyInstance | undefined;
  #url: string;

  constructor(options: PlainServerOptions) {
    this.#options = options;
    this.#url = options.url;
  }

  /** With the real port once `start` has resolved. */
  get url(): string {
    return this.#url;
  }

  /** @throws PhoneServerError where it cannot listen. */
  async start(): Promise<void> {
    const { listen, url, key, register, refuse, refusals } = this.#options;
    const app = fastify({
      ...serverLimits,
      serverFactory: (handler) => limitedServer(handler, refusals),
      frameworkErrors: (_error, request, reply) => void refuse(request, reply),
    });
    bePatient(app, Date, refusals);
    register(app);
    this.#app = app;
    try {
      this.#url = movedUrl(url, listen, await listenOn(app, listen, false, key));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const app = this.#app;
    this.#app = undefined;
    app?.server.closeAllConnections();
    await app?.close();
  }
}
