import { type Control as Commands, ControlServer } from "../cli/index.js";
import { ApiKeys, People, PhoneKeeper, PhoneRegistry } from "../control/index.js";
import { phoneWays } from "../model/index.js";
import { Broker, type BrokerStart, branchAccounts } from "../mqtt/index.js";
import { makePbx } from "../pbx/index.js";
import { emptyState, Writer } from "../state/index.js";
import { AuditLog, EmbeddedStore, loadSecrets, type Secrets } from "../store/index.js";
import { neverShown } from "../supervision/index.js";
import { type Data, type Joints, type Running, StartError } from "./running.js";

/** Steps of one run lie below those of the next, so that no press of an earlier run counts. */
const stepsPerRun = 1_000_000;

/** What lasts: the data folder, for this gateway alone, with its database and the record. */
export async function openData(running: Running, control: Commands): Promise<Data> {
  const { config, log, clock } = running.options;
  const socket = running.own(new ControlServer(config.data, control));
  const alone = await socket.start();
  if (!alone.ok) throw new StartError(alone.sentence);
  const secrets = await loadSecrets(config.data);
  const store = running.own(new EmbeddedStore(config.data, secrets, () => clock.now()));
  await store.start();
  running.store = store;
  await store.retained.read(log);
  for (const mac of await store.syncPhones(config.phones))
    log.warn({ mac }, "An entry of the database gives way to one of the configuration file.");
  await store.phoneStates.read(log);
  const epoch = await store.nextEpoch();
  const chain = { writer: config.gateway, keys: secrets.audit };
  const audit = running.own(new AuditLog(config.data, log, chain, config.audit));
  await audit.start();
  running.audit = audit;
  return { store, secrets, audit, epoch };
}

/** The broker, inside earshot or the site's own. @throws StartError where it cannot start. */
export async function startBroker(
  running: Running,
  { branchPassword }: Secrets,
): Promise<Extract<BrokerStart, { ok: true }>> {
  const { config, log, nextFreePort = false } = running.options;
  const branches = branchAccounts(config.branches, branchPassword);
  const started = await running
    .own(new Broker({ config: config.mqtt, gateway: config.gateway, branches, log, nextFreePort }))
    .start();
  if (!started.ok) throw new StartError(started.sentence);
  return started;
}

/** What there is to supervise: the people, the state and the PBX. Nothing of it acts yet. */
export async function makeWorld(
  running: Running,
  { store, audit, epoch, sheets }: Data & Pick<Joints, "sheets">,
): Promise<Pick<Joints, "policy" | "writer" | "phones" | "pbx">> {
  const { config, log, clock } = running.options;
  const policy = { ...config.policy, ...(config.teams && { teams: config.teams }) };
  const people = await store.everybody(config.people, log);
  const broke = (error: unknown): void => log.error({ error: String(error) }, "something that follows the state broke");
  const writer = new Writer(
    emptyState(people, epoch * stepsPerRun, clock.now(), neverShown(policy.never)),
    clock,
    broke,
  );
  running.writer = writer;
  const phones = new PhoneRegistry(config.phones, broke);
  running.phones = phones;
  const contexts = (policy.never?.contexts.length ?? 0) > 0;
  const pbx =
    running.options.pbx ?? makePbx({ config: config.pbx, people, gateway: config.gateway, clock, log, contexts });
  running.pbx = pbx;
  if (running.options.pbx && people.length > config.people.length) pbx.knows(people);
  const { pagesFrom } = policy;
  const keeper = new PhoneKeeper({
    ...{ registry: phones, entries: await store.phones.all(), shelf: store.phones, audit, clock, log },
    ofFile: new Set(config.phones.map(({ mac }) => mac)),
    people: () => writer.state.people,
    site: { known: sheets.known(), ...phoneWays(config.pbx), ...(pagesFrom && { pagesFrom }) },
    leave: running.leaveFrom.bind(running),
    blank: async (mac) => running.pushes?.blank(mac),
  });
  keeper.start();
  running.keeper = running.own(keeper);
  running.access = new ApiKeys({ tokens: store.apiTokens, audit, clock, log });
  running.people = running.own(
    new People({
      ...{ writer, policy, audit, pins: store.pins, clock, log },
      shelf: store.people,
      ofFile: new Set(config.people.map(({ id }) => id)),
      tell: (now) => pbx.knows(now),
      gone: (who, person) => keeper.retireOf(who, person),
    }),
  );
  return { policy, writer, phones, pbx };
}
