import { expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { EmbeddedBroker } from "../../src/mqtt/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { dataFolder } from "../lab/data-folder.ts";
import { ben } from "../unit/core/world.ts";
import { BusyLight, desksOfBench, GatewayBench, people, phoneOf } from "./bench.ts";

it("who and what has gone from the file since the last run leaves nothing at the broker", async () => {
  const quiet = { info: () => {}, warn: () => {}, error: () => {} };
  const broker = new EmbeddedBroker({ listen: { host: "127.0.0.1", port: 0 }, accounts: [], base: "earshot" }, quiet);
  await broker.start();
  const { url, username = "", password = "" } = broker.link();
  const mqtt = { kind: "external", base: "earshot", url, username, password } as const;
  const data = await dataFolder("left");
  const bench = (who: typeof people, phones: typeof desksOfBench): GatewayBench => {
    const pbx = new SimulatorPbx({ people: who, seed: 1, clock: systemClock, script: "manual" });
    return new GatewayBench({ pbx, config: { data, mqtt, people: who, phones } });
  };
  const reader = await BusyLight.connect(url, { username, password }, ["earshot/#"]);
  const last = (ending: string) => reader.heard.findLast(({ topic }) => topic.endsWith(ending))?.payload;

  const first = bench(people, desksOfBench);
  await first.start();
  await first.phone(phoneOf.max);
  await reader.until(
    () => last(`/agents/${ben.id}/help`) === "OFF" && last(`/phones/${phoneOf.max}/state`) === "online",
  );
  await first.gateway.stop();
  await reader.until(() => last("/gateway/main/state") === "offline");

  const stay = people.filter(({ id }) => id !== ben.id);
  const second = bench(
    stay,
    desksOfBench.filter(({ mac }) => mac !== phoneOf.max),
  );
  await second.start();
  const gone = [
    ...["call", "lamp", "lamp/text", "help"].map((name) => `/agents/${ben.id}/${name}`),
    `/phones/${phoneOf.max}/state`,
  ];
  await reader.until(() => last("/gateway/main/state") === "online" && gone.every((topic) => last(topic) === ""));
  const empty = new Set(reader.heard.filter(({ payload }) => payload === "").map(({ topic }) => topic));
  expect([...empty].sort()).toEqual(gone.map((topic) => `earshot${topic}`).sort());
  await second.stop();
  await first.stop();
  await reader.stop();
  await broker.stop();
});
