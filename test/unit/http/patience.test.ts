import { setTimeout as delay } from "node:timers/promises";
import fastify from "fastify";
import { expect, test } from "vitest";
import { bePatient, quickRefusals } from "../../../src/http/patience.ts";

test("an address that is refused often waits for each reply, and nobody adds what they have waited already", async () => {
  const app = fastify();
  bePatient(app, Date, { tell: () => {} });
  app.get("/quick", (_request, reply) => reply.code(401).send(""));
  app.get("/slow", async (_request, reply) => {
    await delay(3_000);
    return reply.code(401).send("");
  });
  const timed = async (url: string): Promise<number> => {
    const from = performance.now();
    expect((await app.inject(url)).statusCode).toBe(401);
    return performance.now() - from;
  };
  for (let n = 0; n < quickRefusals; n += 1) await timed("/quick");
  const [quick, slow] = await Promise.all([timed("/quick"), timed("/slow")]);
  expect(quick).toBeGreaterThan(1_900);
  expect(slow).toBeLessThan(4_500);
  await app.close();
});
