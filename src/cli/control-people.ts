import type { FastifyInstance, FastifyReply } from "fastify";
import * as z from "zod";
import { apiUses, type Booked, type PeopleBook, type PersonListed, parseSecret } from "../model/index.js";
import { personWish } from "./people-shapes.js";
import type { Control } from "./reports.js";

const who = z.string().min(1).max(128);
const person = z.string().min(1).max(64);
const adding = z.object({ who, wish: personWish });
const changing = z.object({ who, person, wish: personWish });
const naming = z.object({ who, person });
const tokenName = z.string().max(200);
const granting = z.object({ who, name: tokenName, use: z.enum(apiUses) });
const revoking = z.object({ who, name: tokenName });
const pinning = z.object({ who, person, pin: z.string().max(64) });

const mostLines = 20_000;
const line = z.object({ line: z.int().positive(), wish: personWish });
const enlisting = z.object({ who, lines: z.array(line).max(mostLines), dryRun: z.boolean() });
/** Of a list of people, in bytes. */
const listLimit = 16_777_216;

/** The questions and orders about people. */
export function peopleRoutes(server: FastifyInstance, control: Control): void {
  const people = (): PeopleBook => control.people();
  const order = <T>(
    path: string,
    shape: z.ZodType<T>,
    work: (given: T) => Promise<Booked<PersonListed | { readonly name: string }>> | undefined,
  ): void => {
    server.post(path, async ({ body }, reply) => {
      const asked = shape.safeParse(body);
      const booked = asked.success ? await work(asked.data) : undefined;
      if (!booked) return refuse(reply, 400, "The order about people is not understood.");
      return booked.ok ? booked.value : refuse(reply, 409, booked.sentence);
    });
  };
  order("/people/token", granting, (given) => control.access().make(`os:${given.who}`, given.name, given.use));
  order("/people/revoke", revoking, (given) => control.access().revoke(`os:${given.who}`, given.name));
  server.post("/people/enlist", { bodyLimit: listLimit }, async ({ body }, reply) => {
    const asked = enlisting.safeParse(body);
    if (!asked.success) return refuse(reply, 400, "The list of people is not understood.");
    const { who, lines, dryRun } = asked.data;
    return await people().enlist(`os:${who}`, lines, dryRun);
  });
  server.get("/people", async () => people().list());
  order("/people/add", adding, (given) => people().add(`os:${given.who}`, given.wish));
  order("/people/change", changing, (given) => people().change(`os:${given.who}`, given.person, given.wish));
  order("/people/remove", naming, (given) => people().remove(`os:${given.who}`, given.person));
  order("/people/unlock", naming, (given) => people().unlock(`os:${given.who}`, given.person));
  order("/people/pin", pinning, (given) => {
    const pin = parseSecret(given.pin);
    return pin && people().setPin(`os:${given.who}`, given.person, pin);
  });
}

function refuse(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).send({ sentence });
}
