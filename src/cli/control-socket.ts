import { chmod, lstat, mkdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { resolve } from "node:path";
import Fastify, { type FastifyInstance } from "fastify";
import { auditRoutes } from "./control-audit.js";
import { busRoutes } from "./control-bus.js";
import { enrolRoute } from "./control-enrol.js";
import { alone } from "./control-lock.js";
import { peopleRoutes } from "./control-people.js";
import { phonesRoutes } from "./control-phones.js";
import { type ControlPlace, clearPlace, findPlace, makePlace } from "./control-place.js";
import { proveRoutes } from "./control-prove.js";
import { resyncRoutes } from "./control-resync.js";
import type { Answer, Control } from "./reports.js";

/**
 * The socket in the data folder (mode 0600) over which the command line asks the running gateway. It also keeps a
 * second gateway out of the same data: start it before anything in the folder is opened.
 */
export class ControlServer {
  readonly #dataDir: string;
  readonly #control: Control;
  #running: { readonly server: FastifyInstance; readonly place: ControlPlace } | undefined;

  constructor(dataDir: string, control: Control) {
    this.#dataDir = resolve(dataDir);
    this.#control = control;
  }

  /** Makes the data folder and listens there, or tells why not: another gateway has the data, or no path is short enough. */
  async start(): Promise<Answer<{ readonly socket: string }>> {
    try {
      await mkdir(this.#dataDir, { recursive: true, mode: 0o700 });
      return await alone(this.#dataDir, () => this.#takeOver());
    } catch (error) {
      return refuse(`The data folder ${this.#dataDir} cannot be used: ${reason(error)}.`);
    }
  }

  /** Closes the socket and takes away its file. Safe to call when it was never started. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    await running.server.close();
    await clearPlace(running.place);
  }

  async #takeOver(): Promise<Answer<{ readonly socket: string }>> {
    const old = await findPlace(this.#dataDir);
    const obstacle = old && (await clearStale(old));
    if (obstacle !== undefined) return refuse(obstacle === "alive" ? this.#taken() : obstacle);
    const place = await makePlace(this.#dataDir);
    if (place === undefined) {
      return refuse(`The path ${this.#dataDir} is too long for a control socket; choose a shorter \`data\`.`);
    }
    return await this.#listen(place);
  }

  async #listen(place: ControlPlace): Promise<Answer<{ readonly socket: string }>> {
    const server = routes(this.#control);
    try {
      await server.listen({ path: place.socket });
      await chmod(place.socket, 0o600);
    } catch (error) {
      await server.close();
      await clearPlace(place);
      if (codeOf(error) === "EADDRINUSE") return refuse(this.#taken());
      throw error;
    }
    this.#running = { server, place };
    return { ok: true, value: { socket: place.socket } };
  }

  #taken(): string {
    return `earshot is already running with data in ${this.#dataDir}; stop it first, or give this one another \`data\` folder.`;
  }
}

function routes(control: Control): FastifyInstance {
  const server = Fastify({ logger: false, forceCloseConnections: true });
  server.get<{ Querystring: { readonly showUrls?: string; readonly files?: string } }>("/phones", async ({ query }) => {
    const showUrls = query.showUrls === "1";
    const rows = await control.phones({ showUrls, files: query.files === "1" });
    return showUrls ? rows : rows.map(({ url: _, ...row }) => row);
  });
  auditRoutes(server, control);
  peopleRoutes(server, control);
  phonesRoutes(server, control);
  proveRoutes(server, control);
  busRoutes(server, control);
  server.get("/status", () => control.status());
  server.get("/seen", () => control.seen());
  enrolRoute(server, control);
  resyncRoutes(server, control);
  server.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ sentence: "This earshot does not know that question." }),
  );
  server.setErrorHandler((error, _, reply) =>
    reply.code(500).send({ sentence: `earshot could not answer: ${reason(error)}.` }),
  );
  return server;
}

/** Takes away the socket of a gateway that is gone. `alive` when one answers; a sentence when something else is there. */
async function clearStale(place: ControlPlace): Promise<"alive" | string | undefined> {
  const { socket } = place;
  const found = await lstat(socket).catch(() => undefined);
  if (found !== undefined && !found.isSocket()) return `${socket} is in the way: it is no socket.`;
  if (found !== undefined && (await answers(socket))) return "alive";
  await rm(socket, { force: true });
  await clearPlace(place);
  return undefined;
}

/** Whether a gateway has this data folder, also one that is too busy to answer. */
export async function gatewayRuns(dataDir: string): Promise<boolean> {
  const place = await findPlace(resolve(dataDir));
  return place !== undefined && (await answers(place.socket));
}

/** Only a plain refusal means that nobody is there: one who is busy or belongs to another user still has the data. */
function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", (error) => done(!["ECONNREFUSED", "ENOENT"].includes(codeOf(error))));
  });
}

function refuse(sentence: string): { readonly ok: false; readonly sentence: string } {
  return { ok: false, sentence };
}

function reason(error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    EACCES: "this user may not write there",
    EPERM: "this user may not write there",
    EROFS: "it can only be read",
    ENOSPC: "the disk is full",
    EEXIST: "there is a file of that name",
    ENOTDIR: "a part of its path is a file",
  };
  return words[codeOf(error)] ?? (error instanceof Error ? error.message : "the system does not say why");
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
