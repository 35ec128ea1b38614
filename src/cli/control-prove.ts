import type { FastifyInstance } from "fastify";
import * as z from "zod";
import type { Proven } from "../model/index.js";
import { verdict } from "./prove-shapes.js";
import type { Control } from "./reports.js";

const name = z.string().min(1).max(64);
const beginning = z.object({ who: z.string().min(1).max(128), mac: z.string().max(64) });
const showing = z.object({ walk: name, step: name });
const answering = z.object({ walk: name, step: name, said: verdict });
const ending = z.object({ walk: name });

/** The orders about walks by which phones are proved. */
export function proveRoutes(server: FastifyInstance, control: Pick<Control, "proving">): void {
  const order = <T>(path: string, shape: z.ZodType<T>, work: (given: T) => Promise<Proven<object>>): void => {
    server.post(path, async ({ body }, reply) => {
      const asked = shape.safeParse(body);
      if (!asked.success) return reply.code(400).send({ sentence: "The order about a walk is not understood." });
      const done = await work(asked.data);
      return done.ok ? done.value : reply.code(409).send({ sentence: done.sentence });
    });
  };
  order("/prove/begin", beginning, ({ who, mac }) => control.proving().begin(`os:${who}`, mac));
  order("/prove/show", showing, ({ walk, step }) => control.proving().show(walk, step));
  order("/prove/answer", answering, ({ walk, step, said }) => control.proving().answer(walk, step, said));
  order("/prove/end", ending, ({ walk }) => control.proving().end(walk));
}
