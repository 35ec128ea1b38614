import type { FastifyInstance, FastifyReply } from "fastify";
import * as z from "zod";
import type { PhoneBooked, PhoneListed, PhonesBook } from "../model/index.js";
import { phoneWish } from "./phones-shapes.js";
import type { Control } from "./reports.js";

const who = z.string().min(1).max(128);
const mac = z.string().max(64);
const adding = z.object({ who, wish: phoneWish });
const changing = z.object({ who, mac, wish: phoneWish });
const naming = z.object({ who, mac });

const mostLines = 20_000;
const line = z.object({ line: z.int().positive(), wish: phoneWish });
const enlisting = z.object({ who, lines: z.array(line).max(mostLines), dryRun: z.boolean() });
/** Of a list of phones, in bytes. */
const listLimit = 16_777_216;

/** The questions and orders about phones. */
export function phonesRoutes(server: FastifyInstance, control: Control): void {
  const phones = (): PhonesBook => control.phonesBook();
  const order = <T>(path: string, shape: z.ZodType<T>, work: (given: T) => Promise<PhoneBooked<PhoneListed>>): void => {
    server.post(path, async ({ body }, reply) => {
      const asked = shape.safeParse(body);
      if (!asked.success) return refuse(reply, 400, "The order about phones is not understood.");
      const booked = await work(asked.data);
      return booked.ok ? booked.value : refuse(reply, 409, booked.sentence);
    });
  };
  server.get<{ Querystring: { readonly passwords?: string } }>("/phones/entries", async ({ query }) =>
    phones().list({ passwords: query.passwords === "1" }),
  );
  server.post("/phones/enlist", { bodyLimit: listLimit }, async ({ body }, reply) => {
    const asked = enlisting.safeParse(body);
    if (!asked.success) return refuse(reply, 400, "The list of phones is not understood.");
    const { who, lines, dryRun } = asked.data;
    return await phones().enlist(`os:${who}`, lines, dryRun);
  });
  order("/phones/add", adding, (given) => phones().add(`os:${given.who}`, given.wish));
  order("/phones/change", changing, (given) => phones().change(`os:${given.who}`, given.mac, given.wish));
  order("/phones/replace", changing, (given) => phones().replace(`os:${given.who}`, given.mac, given.wish));
  order("/phones/retire", naming, (given) => phones().retire(`os:${given.who}`, given.mac));
  order("/phones/rotate", naming, (given) => phones().rotate(`os:${given.who}`, given.mac));
}

function refuse(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).send({ sentence });
}
