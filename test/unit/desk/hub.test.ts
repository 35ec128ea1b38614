import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PhoneRegistry } from "../../../src/control/index.ts";
import { DeskHub } from "../../../src/http/desk/hub.ts";
import { Looks } from "../../../src/http/desk/looks.ts";
import { Sessions } from "../../../src/http/desk/sessions.ts";
import type { AuditEntry, DeskConfig, LightTold, Phone } from "../../../src/model/index.ts";
import { emptyState, Writer } from "../../../src/state/index.ts";
import { ana, everybody, kimsPhone } from "../core/world.ts";
import { VirtualClock } from "../virtual-clock.ts";

const phone: Phone = { mac: kimsPhone, vendor: "yealink", model: "T46U", owner: ana.id, answer: "ring" };

let clock: VirtualClock;
let hub: DeskHub;
let server: Server;
let followed: ((rows: readonly AuditEntry[]) => void) | undefined;
let lit: LightTold | undefined;

function hubOf(desk: DeskConfig): DeskHub {
  const fail = (): never => {
    throw new Error("not for this test");
  };
  const phones = new PhoneRegistry([phone], fail);
  const sessions = new Sessions({ clock, phones, models: [], over: fail });
  return new DeskHub(
    {
      desk,
      ...{ gateway: "main", calls: "simulator", clock, people: everybody, phones, models: [], leave: fail },
      writer: new Writer(emptyState(everybody, 0, 0), clock, fail),
      log: { info: fail, warn: fail, error: fail },
      audit: {
        append: fail,
        after: fail,
        follow: (_count, told) => {
          followed = told;
          return () => {
            followed = undefined;
          };
        },
      },
      lights: {
        open: (_people, told) => {
          lit = told;
          return () => {
            lit = undefined;
          };
        },
        askHelp: fail,
      },
      broker: () => "connected",
      tokenOf: async () => undefined,
      publicUrl: () => "http://127.0.0.1",
    },
    sessions,
    new Looks([]),
  );
}

beforeEach(async () => {
  clock = new VirtualClock();
  followed = undefined;
  lit = undefined;
  hub = hubOf({ kind: "open" });
  server = createServer((_request, reply) => void hub.open(reply.writeHead(200), undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(() => {
  hub.stop();
  server.closeAllConnections();
  server.close();
});

/** One reader; the record answers at once unless told. */
async function reader(record: "answers" | "hangs" = "answers"): Promise<{ text: () => string; leave: () => void }> {
  const asked = request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await expect.poll(() => followed).toBeDefined();
  if (record === "answers") followed?.([]);
  else await clock.advance(500);
  const { body } = await asked;
  let text = "";
  body.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  body.on("error", () => {});
  await expect.poll(() => text).toContain("event: floor");
  return { text: () => text, leave: () => void body.destroy() };
}

it("a quiet stream says every 15 seconds that it is there", async () => {
  const { text } = await reader();
  await clock.advance(14_999);
  expect(text()).not.toContain(": still here");
  await clock.advance(1);
  await expect.poll(text).toContain(": still here");
});

it("a record that cannot be read holds nobody up for longer than half a second", async () => {
  const { text } = await reader("hangs");
  followed?.([{ id: 7 } as AuditEntry]);
  await expect.poll(text).toContain('"row":{"id":7}');
});

it("lights stay on for five seconds without a reader, then everything is let go", async () => {
  const { leave } = await reader();
  lit?.lamp(ana.id, "unknown");
  leave();
  await expect.poll(() => hub.hasRoom() && clock.waiting()).toBe(2);
  await clock.advance(4_999);
  expect(lit).toBeDefined();
  await clock.advance(1);
  expect([lit, followed, clock.waiting()]).toEqual([undefined, undefined, 0]);
});

it("whoever comes back within that time finds the lights as they were", async () => {
  const first = await reader();
  lit?.lamp(ana.id, { lamp: "coach", mic: "open", supervisors: [] });
  first.leave();
  await clock.advance(3_000);
  const asked = request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { body } = await asked;
  let text = "";
  body.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  body.on("error", () => {});
  await expect.poll(() => text).toContain('"lamp":"coach"');
});

it("R12 what supervisors' own accounts read, and how phones fare, is not on the desk of administrators, who may be on the call", () => {
  const real = hubOf({ kind: "accounts", accounts: [] });
  const message = { payload: "{}", retained: true, accepted: true, ms: 1 };
  const telling = ["supervisors/3001/supervision", "phones/805ec0aabbcc/state", "phones/805ec0aabbcc/delivery"];
  for (const topic of ["agents/2001/lamp", ...telling]) {
    real.memory.published({ topic: `earshot/${topic}`, ...message });
  }
  expect([...real.memory.topics].map(({ topic, ms }) => [topic, ms])).toEqual([["earshot/agents/2001/lamp", 1]]);
});
