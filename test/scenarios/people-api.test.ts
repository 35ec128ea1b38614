import { Validator } from "@seriousme/openapi-schema-validator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock/index.ts";
import { SimulatorPbx } from "../../src/pbx/simulator/index.ts";
import { ana, kim } from "../unit/core/world.ts";
import { type Answered, askApi } from "./api-client.ts";
import { GatewayBench, people, phoneOf, until } from "./bench.ts";

const nora = { extension: "2050", name: "Nora New", role: "agent", teams: ["support"] };

let pbx: SimulatorPbx;
let bench: GatewayBench;
let origin: string;
let token: string;

beforeEach(async () => {
  pbx = new SimulatorPbx({ people, seed: 1, clock: systemClock, script: "manual" });
  bench = new GatewayBench({ pbx });
  await bench.start();
  origin = new URL(await bench.launcher(phoneOf.kim)).origin;
  token = await made("hr");
});

afterEach(() => bench.stop());

async function made(name: string): Promise<string> {
  const booked = await bench.gateway.access().make("os:root", name, "people");
  return booked.ok ? booked.value.token : expect.fail(booked.sentence);
}

const ask = (method: string, path: string, body?: unknown, bearer: string | undefined = token): Promise<Answered> =>
  askApi(origin, method, path, body, bearer);

describe("the people over HTTP", () => {
  it("are told, whoever they belong to", async () => {
    const { status, body } = await ask("GET", "/people");
    expect(status).toBe(200);
    expect(body).toHaveLength(people.length);
    expect(body).toContainEqual({ ...kim, owner: "file", pin: "none" });
    expect((await ask("GET", `/people/${ana.id}`)).body).toEqual({ ...ana, owner: "file", pin: "none" });
  });

  it("are added, changed and removed, and what was done is so at once", async () => {
    const added = await ask("POST", "/people", nora);
    expect([added.status, added.headers["location"]]).toEqual([201, "/api/v1/people/2050"]);
    pbx.incoming({ to: "2050" as typeof ana.id, number: "+44155501", name: "Jane Doe" }).answer();
    const phone = await bench.phone(phoneOf.kim);
    await until(phone, /Nora New/);
    const changed = await ask("PATCH", "/people/2050", { name: "Nora Newer", supervision: "forbidden" });
    expect(changed).toMatchObject({
      status: 200,
      body: { name: "Nora Newer", supervision: "forbidden", role: "agent" },
    });
    await phone.press("Listen");
    expect(phone.text()).toMatch(/Nobody may supervise this call/);
    expect((await ask("DELETE", "/people/2050")).status).toBe(204);
    expect((await ask("GET", "/people/2050")).status).toBe(404);
  });

  it("have a PIN, which is never told, and are unlocked", async () => {
    expect((await ask("PUT", `/people/${kim.id}/pin`, { pin: "271828" })).status).toBe(204);
    const told = await ask("GET", `/people/${kim.id}`);
    expect(told.body).toMatchObject({ pin: "set" });
    expect((await ask("POST", `/people/${kim.id}/unlock`)).status).toBe(204);
    const written = JSON.stringify([told, await bench.gateway.audit({ limit: 100 }), bench.lines]);
    expect(written).not.toContain("271828");
  });

  it.each([
    ["PATCH", `/people/${kim.id}`, { name: "Kim" }, 409, /stands in the configuration file/],
    ["DELETE", `/people/${kim.id}`, undefined, 409, /stands in the configuration file/],
    ["DELETE", "/people/9999", undefined, 404, /Nobody has the id or extension/],
    ["POST", "/people", { ...nora, extension: kim.extension, id: "n" }, 409, /is that of Kim Osei/],
    ["POST", "/people", { ...nora, role: "boss" }, 422, /role/],
    ["POST", "/people", { ...nora, rule: "agent" }, 422, /rule/],
    ["POST", "/people", { ...nora, language: "deutsch" }, 422, /at language: .* did you mean `de`\?$/],
    ["POST", "/people", { name: "Nobody" }, 422, /extension/],
    ["POST", "/people", "{", 400, /cannot be read/],
    ["POST", "/people", `{"name": "${"x".repeat(20_000)}"}`, 413, /cannot be read/],
    ["PUT", `/people/${kim.id}/pin`, { pin: "12" }, 422, /pin/],
  ])("%s %s: %j is refused in words", async (method, path, body, status, words) => {
    const answered = await ask(method, path, body);
    expect(answered).toMatchObject({ status, body: { sentence: expect.stringMatching(words) } });
    expect(bench.gateway.people().list()).toHaveLength(people.length);
  });

  it("every order is on record, by the name of the token", async () => {
    await ask("POST", "/people", nora);
    await ask("DELETE", "/people/2050");
    const rows = await bench.gateway.audit({ supervisor: "api:hr" });
    expect(rows.map(({ act, outcome, agent }) => [act, outcome, agent])).toEqual([
      ["person-added", "allowed", "2050"],
      ["person-removed", "done", "2050"],
    ]);
  });
});

describe("who has no token", () => {
  const everything = [
    ["GET", "/people"],
    ["POST", "/people"],
    ["GET", `/people/${ana.id}`],
    ["PATCH", `/people/${ana.id}`],
    ["DELETE", `/people/${ana.id}`],
    ["PUT", `/people/${ana.id}/pin`],
    ["POST", `/people/${ana.id}/unlock`],
  ] as const;

  it.each(everything)("is told nothing and changes nothing: %s %s", async (method, path) => {
    const tries = [await ask(method, path, {}, ""), await ask(method, path, {}, `earshot_${"A".repeat(43)}`)];
    expect(tries.map(({ status }) => status)).toEqual([401, 401]);
    expect(tries[0]?.headers["www-authenticate"]).toBe('Bearer realm="earshot"');
    expect(JSON.stringify(tries)).not.toContain(ana.name);
    expect(bench.gateway.people().find(ana.id)).toMatchObject({ pin: "none" });
  });

  it("a token that was replaced or taken away is dead at once", async () => {
    const second = await made("hr");
    expect([(await ask("GET", "/people")).status, (await ask("GET", "/people", undefined, second)).status]).toEqual([
      ...[401, 200],
    ]);
    await bench.gateway.access().revoke("os:root", "hr");
    expect((await ask("GET", "/people", undefined, second)).status).toBe(401);
  });

  it("tokens stand in no log and no record, and making one is a row", async () => {
    await ask("GET", "/people");
    const rows = await bench.gateway.audit({ act: "api-token" });
    expect(rows).toMatchObject([{ supervisor: "os:root", outcome: "allowed", detail: "a token for hr, for people" }]);
    expect(JSON.stringify([rows, bench.lines])).not.toContain(token.slice(8));
  });

  it("and asks again and again is slowed down", async () => {
    const tries = [];
    for (const _ of Array(121).keys()) tries.push(ask("GET", "/people", undefined, ""));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
  });
});

describe("the document of the API", () => {
  it("is a right OpenAPI document, of everything that there is", async () => {
    const { status, body } = await ask("GET", "/openapi.json", undefined, "");
    expect(status).toBe(200);
    expect(await new Validator().validate(body as Record<string, unknown>)).toMatchObject({ valid: true });
    const { paths } = body as { paths: Record<string, object> };
    expect(Object.entries(paths).map(([path, methods]) => [path, Object.keys(methods).sort()])).toEqual([
      ["/api/v1/people", ["get", "post"]],
      ["/api/v1/people/{person}", ["delete", "get", "patch"]],
      ["/api/v1/people/{person}/pin", ["put"]],
      ["/api/v1/people/{person}/unlock", ["post"]],
      ["/api/v1/phones", ["get", "post"]],
      ["/api/v1/phones/{mac}", ["delete", "get", "patch"]],
      ["/api/v1/phones/{mac}/rotate", ["post"]],
      ["/api/v1/phones/{mac}/replace", ["post"]],
    ]);
  });

  it("names every answer that is given, and the token", async () => {
    const { body } = await ask("GET", "/openapi.json", undefined, "");
    const { components, security } = body as {
      components: { schemas: Record<string, unknown>; securitySchemes: unknown };
      security: unknown;
    };
    expect(Object.keys(components.schemas).sort()).toEqual([
      ...["NewPerson", "NewPhone", "NewPin", "Person", "PersonChange"],
      ...["Phone", "PhoneChange", "PhoneReplacement", "Refusal"],
    ]);
    expect([security, components.securitySchemes]).toEqual([
      [{ token: [] }],
      { token: { type: "http", scheme: "bearer" } },
    ]);
  });
});
