import { describe, expect, it, onTestFinished } from "vitest";
import { type BranchId, branchAccountName, type Person, parseBranchId } from "../../../src/model/index.ts";
import { EmbeddedBroker, mosquittoAccess } from "../../../src/mqtt/index.ts";
import { ana } from "../core/world.ts";
import { ana as anas, Device, keptLog, url } from "../mqtt/rig.ts";

const hamburg = parseBranchId("hamburg") as BranchId;
const account = { username: branchAccountName(hamburg), password: "word of hamburg" };
const own = "earshot/branches/hamburg";
const end = `${own}/welcome`;

async function broker(): Promise<EmbeddedBroker> {
  const made = new EmbeddedBroker(
    {
      ...{ listen: { host: "127.0.0.1", port: 0 }, accounts: [anas], base: "earshot" },
      branches: [{ branch: hamburg, ...account }],
    },
    keptLog().log,
  );
  await made.start();
  onTestFinished(() => made.stop());
  return made;
}

function gateway(of: EmbeddedBroker): Promise<Device> {
  const { username = "", password = "" } = of.link();
  return Device.signIn(url(of), { username, password });
}

describe("the account of a branch office at the broker inside earshot", () => {
  it("reads what its own phones show and the answers to itself, whatever it subscribes to", async () => {
    const made = await broker();
    const from = await gateway(made);
    const branch = await Device.signIn(url(made), account);
    await branch.subscribe("#");
    const others = [
      ...["earshot/branches/bremen/welcome", "earshot/branches/bremen/phones/805ec0aa2001/show"],
      ...[`earshot/agents/${ana.id}/lamp`, `earshot/agents/${ana.id}/notice`, "earshot/gateway/gw1/state"],
      ...["earshot/supervisors/3001/supervision", "earshot/phones/805ec0aa3001/delivery"],
      ...[`${own}/hello`, `${own}/state`, `${own}/phones/805ec0aa2001/delivery`],
    ];
    for (const topic of others) await from.publish(topic, "x", true);
    await from.publish(`${own}/phones/805ec0aa2001/show`, "x", true);
    await from.publish(end, "END");
    await branch.saw(({ payload }) => payload.toString() === "END");
    expect(branch.said()).toEqual([`${own}/phones/805ec0aa2001/show x`, `${end} END`]);
  });

  it.each<[string, boolean, boolean]>([
    [`${own}/hello`, false, true],
    [`${own}/hello`, true, false],
    [`${own}/state`, true, true],
    [`${own}/phones/805ec0aa2001/delivery`, false, true],
    [`${own}/phones/805ec0aa2001/delivery`, true, false],
    [`${own}/phones/805ec0aa2001/show`, true, false],
    [`${own}/welcome`, false, false],
    ["earshot/branches/bremen/hello", false, false],
    ["earshot/branches/bremen/phones/805ec0aa2001/delivery", false, false],
    ["earshot/phones/805ec0aa2001/delivery", true, false],
    [`earshot/agents/${ana.id}/lamp`, true, false],
    [`earshot/agents/${ana.id}/help/set`, false, false],
    ["earshot/gateway/gw1/state", true, false],
  ])("publishes %s (retained: %s): %s", async (topic, retain, arrives) => {
    const made = await broker();
    const reader = await gateway(made);
    await reader.subscribe("#");
    const branch = await Device.signIn(url(made), account);
    await branch.publish(topic, "said", retain);
    await branch.publish(`${own}/state`, "END");
    await reader.saw(({ payload }) => payload.toString() === "END");
    expect(reader.said().filter((said) => said.endsWith(" said"))).toEqual(arrives ? [`${topic} said`] : []);
  });

  it("nobody else reads what is for a branch, and nobody signs in without its password", async () => {
    const made = await broker();
    const from = await gateway(made);
    const agent = await Device.signIn(url(made), anas);
    await agent.subscribe("#");
    await from.publish(`${own}/phones/805ec0aa2001/show`, "x", true);
    await from.publish(`earshot/agents/${ana.id}/lamp`, "END");
    await agent.saw(({ payload }) => payload.toString() === "END");
    expect(agent.said()).toEqual([`earshot/agents/${ana.id}/lamp END`]);
    await expect(Device.signIn(url(made), { ...account, password: "" })).rejects.toThrow(/bad user/i);
  });
});

describe("the access file of Mosquitto", () => {
  const config = {
    ...{ gateway: "main", people: [ana] as readonly Person[] },
    mqtt: { kind: "external", url: "mqtts://broker.example.com", username: "earshot", base: "site" } as const,
  };
  const rules = (more: object): readonly string[] => {
    const file = mosquittoAccess({ ...config, ...more });
    if (!file.ok) throw new Error(file.sentence);
    return file.text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  };

  it("grants each branch what its own phones need, and the gateway what it says to them and hears", () => {
    const without = rules({});
    const added = rules({ branches: [{ id: hamburg, url: "mqtts://broker.example.com" }] }).filter(
      (line) => !without.includes(line),
    );
    expect(added.toSorted()).toEqual(
      [
        "topic write site/branches/+/welcome",
        "topic write site/branches/+/phones/+/show",
        "topic read site/branches/+/state",
        "topic read site/branches/+/hello",
        "topic read site/branches/+/phones/+/delivery",
        "user branch-hamburg",
        "topic read site/branches/hamburg/welcome",
        "topic read site/branches/hamburg/phones/+/show",
        "topic write site/branches/hamburg/state",
        "topic write site/branches/hamburg/hello",
        "topic write site/branches/hamburg/phones/+/delivery",
      ].toSorted(),
    );
  });

  it.each([
    ["the gateway's account", { mqtt: { ...config.mqtt, username: "branch-hamburg" } }],
    ["a person's", { people: [{ ...ana, id: "branch-hamburg" as Person["id"] }] }],
  ])("is refused where the account of a branch is %s", (_what, more) => {
    const branches = [{ id: hamburg, url: "mqtts://broker.example.com" }];
    expect(mosquittoAccess({ ...config, ...more, branches })).toEqual({
      ok: false,
      sentence: expect.stringMatching(/branch-hamburg is the account of a branch office too/),
    });
  });
});
