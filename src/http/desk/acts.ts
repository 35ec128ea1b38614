import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import { handsetActs, type Mac, type Phone, parseMac } from "../../model/index.js";
import { modelOf } from "./drawable.js";
import { drawnPhones } from "./hello.js";
import type { DeskHub } from "./hub.js";
import type { Looks } from "./looks.js";
import type { BrowserDeskParts } from "./parts.js";
import { cookieName, refuse } from "./replies.js";
import { isFromOwnPage } from "./same-origin.js";
import { type Sessions, sessionMs } from "./sessions.js";
import type { SignIns } from "./sign-in.js";

interface Acting {
  readonly parts: BrowserDeskParts;
  readonly hub: DeskHub;
  readonly sessions: Sessions;
  readonly looks: Looks;
  readonly signIns: SignIns;
  readonly secretOf: (request: FastifyRequest) => string | undefined;
}

/** Nothing that the desk sends is longer. */
const bodyLimit = 512;
/** What a sign-in waits for its row. */
const recordWithinMs = 300;
const fastest = 100;
/** From one address, whoever they are for: a flood costs neither log lines nor time. */
const signInsPerMinute = 30;

const nothing = z.object({}).optional();
const pace = z.object({ speed: z.number().min(0.1).max(fastest) });
const help = z.object({ raised: z.boolean() });
const signIn = z.object({ person: z.string().max(64), password: z.string().max(256) });
const mac = z.string().transform((text, context): Mac => {
  const parsed = parseMac(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "no MAC address" });
  return z.NEVER;
});
const model = z.object({ mac, vendor: z.string().max(32), model: z.string().max(32) });
const handset = z.object({ mac, act: z.enum(handsetActs) });

/** What the desk's page may ask for: 204, or a sentence. */
export function deskActs(server: FastifyInstance, acting: Acting): void {
  const { parts } = acting;
  void server.register(async (app) => {
    app.addHook("onRequest", async (request, reply) => {
      if (!isFromOwnPage(request, parts.publicUrl()))
        return refuse(reply, 403, "Only the desk's own page may do this.");
      if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
        return refuse(reply, 415, "Only JSON is read here.");
    });
    const options = { bodyLimit };
    if (parts.desk.kind === "open") openActs(app, options, acting);
    else accountActs(app, options, acting);
  });
}

function openActs(app: FastifyInstance, options: { readonly bodyLimit: number }, { parts, hub, looks }: Acting): void {
  const { handsets, paced, lights } = parts;
  const drawn = (wanted: Mac): Phone | undefined => drawnPhones(parts).find((phone) => phone.mac === wanted);
  app.post("/desk/handset/:mac/:act", options, (request, reply) => {
    const asked = handset.safeParse(request.params);
    const phone = asked.success && drawn(asked.data.mac);
    if (!handsets || !asked.success || !phone || !nothing.safeParse(request.body ?? {}).success) return unread(reply);
    if (!handsets.act(phone.owner, asked.data.act)) return refuse(reply, 409, "The phone cannot do that now.");
    return reply.code(204).send();
  });
  app.post("/desk/model", options, async (request, reply) => {
    const asked = model.safeParse(request.body);
    const phone = asked.success && drawn(asked.data.mac);
    if (!asked.success || !phone) return unread(reply);
    const chosen = modelOf(parts.models, asked.data);
    if (!chosen) return undrawable(reply);
    looks.choose(phone.mac, chosen);
    await hub.sayHello(undefined);
    return reply.code(204).send();
  });
  app.post("/desk/pace", options, (request, reply) => {
    const asked = pace.safeParse(request.body);
    if (!paced || !asked.success) return unread(reply);
    paced.setSpeed(asked.data.speed);
    hub.tellPace();
    return reply.code(204).send();
  });
  app.post<{ Params: { mac: string } }>("/desk/help/:mac", options, (request, reply) => {
    const wanted = parseMac(request.params.mac);
    const asked = help.safeParse(request.body);
    const phone = wanted && drawn(wanted);
    if (!lights || !phone || !asked.success) return unread(reply);
    if (!lights.askHelp(phone.owner, asked.data.raised))
      return refuse(reply, 409, "The phone is not at the broker now.");
    return reply.code(204).send();
  });
}

function accountActs(
  app: FastifyInstance,
  options: { readonly bodyLimit: number },
  { parts, hub, sessions, signIns, secretOf }: Acting,
): void {
  const { audit, clock, log, people } = parts;
  const secure = (): boolean => parts.publicUrl().startsWith("https:");
  const cookieOptions = () => ({ path: "/desk", httpOnly: true, sameSite: "strict", secure: secure() }) as const;

  const limited = { ...options, config: { rateLimit: { max: signInsPerMinute, timeWindow: 60_000 } } };
  app.post("/desk/sign-in", limited, async (request, reply) => {
    const asked = signIn.safeParse(request.body);
    if (!asked.success) return unread(reply);
    const outcome = signIns.try(asked.data.person, asked.data.password);
    if (!outcome.ok) {
      const remote = request.raw.socket.remoteAddress;
      log.warn({ person: outcome.person, remote, why: outcome.why }, "A sign-in at the desk was refused");
      if (outcome.person && (outcome.why === "wrong" || outcome.lastTry)) {
        const detail = outcome.lastTry ? "wrong password; locked out for 15 minutes" : "wrong password";
        audit.after({
          at: clock.now(),
          act: "desk-sign-in",
          outcome: "refused",
          supervisor: outcome.person,
          detail,
        });
      }
      return outcome.why === "locked"
        ? refuse(reply, 429, "Too many wrong passwords: try again in a quarter of an hour.")
        : refuse(reply, 401, "Person or password is wrong.");
    }
    const person = people.find(({ id }) => id === outcome.person);
    if (!person) return refuse(reply, 401, "Person or password is wrong.");
    const row = { at: clock.now(), act: "desk-sign-in", outcome: "allowed", supervisor: person.id } as const;
    if ((await audit.append(row, recordWithinMs)) === "late")
      return refuse(reply, 503, "The record cannot be written now; nobody can sign in without it.");
    const before = secretOf(request);
    if (before !== undefined) sessions.close(before);
    const secret = sessions.open(person);
    return reply
      .setCookie(cookieName, secret, { ...cookieOptions(), maxAge: sessionMs / 1000 })
      .code(204)
      .send();
  });

  app.post("/desk/sign-out", options, (request, reply) => {
    const secret = secretOf(request);
    if (secret !== undefined) sessions.close(secret);
    return reply.clearCookie(cookieName, cookieOptions()).code(204).send();
  });

  app.post("/desk/leg", options, async (request, reply) => {
    const secret = secretOf(request);
    if (secret === undefined || !sessions.of(secret)) return refuse(reply, 401, "Sign in first.");
    const asked = z.object({ mac }).safeParse(request.body);
    if (!asked.success) return unread(reply);
    const session = sessions.choose(secret, asked.data.mac);
    if (!session) return refuse(reply, 403, "This is not a phone of yours.");
    await hub.sayHello(session);
    return reply.code(204).send();
  });

  app.post("/desk/model", options, async (request, reply) => {
    const secret = secretOf(request);
    const before = sessions.of(secret);
    if (secret === undefined || !before) return refuse(reply, 401, "Sign in first.");
    const asked = model.safeParse(request.body);
    if (!asked.success) return unread(reply);
    if (asked.data.mac !== before.phone.mac) return refuse(reply, 403, "This is not a phone of yours.");
    const chosen = modelOf(parts.models, asked.data);
    if (!chosen) return undrawable(reply);
    await hub.sayHello(sessions.drawAs(secret, chosen));
    return reply.code(204).send();
  });
}

function undrawable(reply: FastifyReply): FastifyReply {
  return refuse(reply, 409, "The desk cannot draw this model.");
}

function unread(reply: FastifyReply): FastifyReply {
  return refuse(reply, 400, "This cannot be read.");
}
