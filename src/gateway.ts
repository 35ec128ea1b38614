import { randomBytes } from "node:crypto";
import {
  type AuditQuery,
  type Control as Commands,
  ControlServer,
  type GatewayStatus,
  type PhoneRow,
} from "./cli/index.js";
import { ApiKeys, Control, type ControlParts, Desk, Digits, People, takeUp } from "./control/index.js";
import { HttpRecordingHook, PhoneDelivery } from "./delivery/index.js";
import {
  BlfLamps,
  Dispatch,
  HelpCalls,
  PhonePushes,
  type PushedPage,
  SessionPages,
  SupervisorTopics,
} from "./dispatch/index.js";
import { BrowserDesk, loadCatalogue, loadSheets, PhoneServer, peopleApi, type Sheets } from "./http/index.js";
import {
  type ApiAccess,
  type AuditCheck,
  type AuditEntry,
  type AuditFilter,
  type Clock,
  type Config,
  capabilities,
  type Lights,
  type Listen,
  type Log,
  type Mac,
  type Pbx,
  type PeopleBook,
  type Person,
  type Phone,
  type PushTap,
} from "./model/index.js";
import { type BrokerLink, DeviceLights, EmbeddedBroker, ListenError, MqttBus } from "./mqtt/index.js";
import type { Say } from "./pages/index.js";
import { makePbx, simulated } from "./pbx/index.js";
import { emptyState, Writer } from "./state/index.js";
import { AuditLog, AuditReading, EmbeddedStore, loadSecrets } from "./store/index.js";
import { neverShown } from "./supervision/index.js";

/** Steps of one run lie below those of the next, so that no press of an earlier run counts. */
const stepsPerRun = 1_000_000;
/** Rows that are read from the record at once. */
const rowsAtOnce = 10_000;
/** How far the demo looks for a free port. */
const portsTried = 50;

interface DeskJoints {
  readonly writer: Writer;
  readonly audit: AuditLog;
  readonly store: EmbeddedStore;
  readonly pbx: Pbx;
  /** The broker's. */
  readonly url: string;
}

export interface GatewayOptions {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  /** earshot's own, for whoever reads the API's document. */
  readonly version?: string;
  /** A taken port moves to the next free one; for the demo. */
  readonly nextFreePort?: boolean;
  /** A PBX made elsewhere, for tests that drive it. */
  readonly pbx?: Pbx;
}

/** Where a running gateway is reached. */
export interface Addresses {
  readonly publicUrl: string;
  /** The embedded broker's, as `host:port`; undefined with a broker of the site's own. */
  readonly mqtt?: string;
  /** Whether the desk is there, at the public URL itself. */
  readonly desk: boolean;
}

/** earshot cannot start; the message is a sentence for the person who started it. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Joins every room. The constructor assigns, `start` acts, `stop` undoes it in reverse. */
export class Gateway implements Commands {
  readonly #options: GatewayOptions;
  readonly #undo: (() => Promise<void> | void)[] = [];
  #store: EmbeddedStore | undefined;
  #audit: AuditLog | undefined;
  #server: PhoneServer | undefined;
  #writer: Writer | undefined;
  #bus: MqttBus | undefined;
  #pushes: PhonePushes | undefined;
  #control: Control | undefined;
  #pbx: Pbx | undefined;
  #people: People | undefined;
  #access: ApiKeys | undefined;
  #startedAt = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Resolves once phones are served; the PBX and the broker are connected to in the background. */
  async start(): Promise<Addresses> {
    try {
      return await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        this.#options.log.error({ error: String(error) }, "something could not be stopped");
      }
    }
  }

  /** Every configured phone, with its launcher URL where asked for. */
  async phones({ showUrls }: { readonly showUrls: boolean }): Promise<readonly PhoneRow[]> {
    const { phones, people } = this.#options.config;
    const listed = phones.map(async ({ mac, vendor, model, owner }) => {
      const extension = people.find((person) => person.id === owner)?.extension ?? "";
      const token = showUrls ? await this.#store?.tokenOf(mac) : undefined;
      const url = token && this.#server?.launcherUrl(token);
      const lastPush = this.#pushes?.lastDelivery(mac);
      return { mac, vendor, model, extension, ...(url && { url }), ...(lastPush && { lastPush }) };
    });
    return Promise.all(listed);
  }

  /** The newest rows of the record that fit, oldest first; for earshot's own use, of which there is no row. */
  async audit(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    return (await this.#audit?.rows({ ...filter, newest: true })) ?? [];
  }

  readAudit({ who, ...filter }: AuditQuery & { readonly limit: number }): Promise<readonly AuditEntry[]> {
    return this.#reading().read(who, { ...filter, newest: true });
  }

  exportAudit({ who, ...filter }: AuditQuery): AsyncIterable<readonly AuditEntry[]> {
    return this.#reading().export(who, filter);
  }

  async verifyAudit({ who, head }: { readonly who: string; readonly head?: string }): Promise<AuditCheck> {
    return this.#reading().verify(who, head);
  }

  async status(): Promise<GatewayStatus> {
    const { config } = this.#options;
    const standing = this.#writer?.state.pbx ?? "starting";
    return {
      gateway: config.gateway,
      pid: process.pid,
      startedAt: this.#startedAt,
      publicUrl: this.#server?.publicUrl ?? config.http.publicUrl,
      pbx: standing === "ready" ? "connected" : standing,
      broker: this.#brokerStanding(),
      missing: capabilities.filter((one) => !this.#pbx?.capabilities().has(one)),
    };
  }

  people(): PeopleBook {
    if (this.#people === undefined) throw new Error("the people are not known yet");
    return this.#people;
  }

  access(): ApiAccess {
    if (this.#access === undefined) throw new Error("the tokens are not known yet");
    return this.#access;
  }

  /** Those of the file, and those of the database whom the file has not taken the place of. */
  async #peopleOf({ people, pins }: EmbeddedStore): Promise<readonly Person[]> {
    const { config, log } = this.#options;
    const ofFile = new Set(
      config.people.flatMap(({ id, extension }): string[] => [`id ${id}`, `extension ${extension}`]),
    );
    const ofDatabase = await people.all();
    await pins.forgetOthers([...config.people, ...ofDatabase].map(({ id }) => id));
    const others = ofDatabase.filter(({ id, extension, name }) => {
      const free = !ofFile.has(`id ${id}`) && !ofFile.has(`extension ${extension}`);
      if (!free)
        log.warn({ id, extension, name }, "An entry of the database gives way to one of the configuration file.");
      return free;
    });
    return [...config.people, ...others];
  }

  #brokerStanding(): GatewayStatus["broker"] {
    if (this.#bus?.connected) return "connected";
    return (this.#writer?.state.pbx ?? "starting") === "starting" ? "starting" : "away";
  }

  async #start(): Promise<Addresses> {
    const { config, log, clock } = this.#options;
    const policy = { ...config.policy, ...(config.teams && { teams: config.teams }) };
    this.#startedAt = clock.now();

    const socket = this.#own(new ControlServer(config.data, this));
    const alone = await socket.start();
    if (!alone.ok) throw new StartError(alone.sentence);
    const secrets = await loadSecrets(config.data);
    const store = this.#own(new EmbeddedStore(config.data, secrets, () => clock.now()));
    await store.start();
    this.#store = store;
    await store.syncPhones(config.phones);
    const epoch = await store.nextEpoch();
    const chain = { writer: config.gateway, keys: secrets.audit };
    const audit = this.#own(new AuditLog(config.data, log, chain, config.audit));
    await audit.start();
    this.#audit = audit;

    const sheets = await loadSheets();
    const say = await loadCatalogue("en");
    const { link, address } = await this.#broker();
    const people = await this.#peopleOf(store);
    const writer = new Writer(
      emptyState(people, epoch * stepsPerRun, clock.now(), neverShown(policy.never)),
      clock,
      (error) => log.error({ error: String(error) }, "something that follows the state broke"),
    );
    this.#writer = writer;
    const contexts = (policy.never?.contexts.length ?? 0) > 0;
    const pbx =
      this.#options.pbx ?? makePbx({ config: config.pbx, people, gateway: config.gateway, clock, log, contexts });
    this.#pbx = pbx;
    this.#access = new ApiKeys({ tokens: store.apiTokens, audit, clock, log });
    this.#people = new People({
      ...{ writer, policy, audit, pins: store.pins, clock, log },
      shelf: store.people,
      ofFile: new Set(config.people.map(({ id }) => id)),
      tell: (now) => pbx.knows(now),
    });
    if (this.#options.pbx && people.length > config.people.length) pbx.knows(people);
    const phones = new Map<Mac, Phone>(config.phones.map((phone) => [phone.mac, phone]));
    const desk = this.#desk({ writer, audit, store, pbx, url: link.url });
    const phone = (mac: Mac): Phone | undefined => phones.get(mac) ?? desk?.phone(mac);
    const { base } = config.mqtt;
    const bus = this.#own(new MqttBus({ base, gateway: config.gateway, link, log, ...(desk && { tap: desk.tap }) }));
    this.#bus = bus;
    const newId = (): string => randomBytes(12).toString("hex");
    const pushes = this.#pushTo(pbx, sheets, say, desk?.tap);
    const set = pbx.lamp?.bind(pbx);
    const lamps = set && this.#own(new BlfLamps({ set, clock, log }));
    const dispatch = this.#own(
      new Dispatch({
        ...(lamps && { lamps }),
        ...{ writer, policy, bus, pushes, clock, log, newId, epoch, gateway: config.gateway },
        sentence: ({ name, mode }) => say(`notice.${mode}`, { name }),
      }),
    );
    dispatch.start();
    const supervisors = this.#own(new SupervisorTopics({ writer, policy, bus, log, epoch, gateway: config.gateway }));
    supervisors.start();
    // Online means that what is retained is true: not before the PBX has told its calls.
    const follow = writer.subscribe(() => {
      if (writer.state.pbx !== "ready") return;
      follow();
      void bus.start(
        () => {
          dispatch.publishAll();
          supervisors.publishAll();
        },
        (person, raised) => writer.take({ type: "help-asked", person, raised }),
      );
    });

    this.#own(pbx);
    const delivery = dispatch.delivery.bind(dispatch);
    const seen = dispatch.seen.bind(dispatch);
    const recordings = this.#recordings();
    const control = this.#own(
      new Control({
        ...{ writer, policy, pbx, audit, pins: store.pins, clock, log, newId, delivery, seen },
        ...(recordings && { recordings }),
      }),
    );
    control.start(takeUp({ writer, audit, clock }, await this.#liveRows(audit), phones));
    if (policy.digits === "allowed") {
      this.#own(new Digits({ control, writer, pbx, phones: { get: phone }, clock, log })).start();
    }
    const sessions = this.#own(new SessionPages({ writer, policy, pushes, phones, say, clock }));
    sessions.start();
    this.#own(new HelpCalls({ writer, policy, pushes })).start();
    const api = peopleApi({
      book: () => this.people(),
      tokens: store.apiTokens,
      log,
      version: this.#options.version ?? "0",
      publicUrl: () => this.#server?.publicUrl ?? config.http.publicUrl,
    });
    const server = this.#own(
      new PhoneServer({
        ...config.http,
        nextFreePort: this.#options.nextFreePort ?? false,
        desk: new Desk({ writer, policy, control, phones: { get: phone }, clock, say }),
        tokens: { macOf: (token) => store.phoneByToken(token) ?? desk?.macOf(token) },
        phones: phone,
        told: (mac, what) => writer.take({ type: "phone-mute-told", phone: mac, muted: what === "mute" }),
        shown: (mac, page, step) => sessions.shown(mac, page, step),
        sheets,
        say,
        signingKey: secrets.pressKey.export(),
        log,
        beside: async (app) => {
          await api(app);
          await desk?.register(app);
        },
      }),
    );
    this.#server = server;
    this.#control = control;
    const { publicUrl } = await server.start();
    await pbx.start((event) => writer.take(event));
    const forget = simulated(pbx)?.onHelp((person, raised) => writer.take({ type: "help-asked", person, raised }));
    if (forget) this.#undo.push(forget);
    return { publicUrl, desk: desk !== undefined, ...(address && { mqtt: address }) };
  }

  /** The desk in the browser, where there is one. Simulated hooks and lights are for the demo alone. */
  #desk({ writer, audit, store, pbx, url }: DeskJoints): BrowserDesk | undefined {
    const { config, log, clock } = this.#options;
    const { desk, gateway, people, phones, mqtt } = config;
    if (!desk) return undefined;
    const open = desk.kind === "open";
    const lights: Lights | undefined =
      open && mqtt.kind === "embedded"
        ? new DeviceLights({ url, base: mqtt.base, accounts: mqtt.accounts })
        : undefined;
    return this.#own(
      new BrowserDesk({
        ...{ desk, gateway, people, phones, writer, audit, log, clock },
        calls: config.pbx.kind === "simulator" ? "simulator" : "real",
        broker: () => this.#brokerStanding(),
        tokenOf: (mac) => store.tokenOf(mac),
        publicUrl: () => this.#server?.publicUrl ?? config.http.publicUrl,
        leave: (phone) => void this.#control?.leaveFrom(phone),
        ...(open && pbx.handsets && { handsets: pbx.handsets }),
        ...(open && pbx.paced && { paced: pbx.paced }),
        ...(lights && { lights }),
      }),
    );
  }

  #recordings(): ControlParts["recordings"] {
    const { recording } = this.#options.config;
    if (!recording) return undefined;
    const hook = recording.hook && this.#own(new HttpRecordingHook(recording.hook));
    return { ofPbx: recording.ofPbx, ...(hook && { hook }) };
  }

  #reading(): AuditReading {
    if (this.#audit === undefined) throw new Error("the record is not open yet");
    return new AuditReading(this.#audit);
  }

  /** The phones that can be pushed to, each by its own way. */
  #pushTo(pbx: Pbx, sheets: Sheets, say: Say, tap: PushTap | undefined): PhonePushes {
    const { config, clock, log } = this.#options;
    const { people, phones, http } = config;
    const host = new URL(http.publicUrl).hostname;
    const push = this.#own(new PhoneDelivery({ people, host, notify: pbx.notify?.bind(pbx) }));
    const url = async (mac: Mac, page: PushedPage): Promise<string | undefined> => {
      const token = await this.#store?.tokenOf(mac);
      if (!token) return undefined;
      if (page === "home") return this.#server?.launcherUrl(token);
      if (page === "session") return this.#server?.sessionUrl(token);
      if (typeof page === "object") return this.#server?.callUrl(token, page.call);
      const owner = phones.find((phone) => phone.mac === mac)?.owner;
      const step = owner && this.#writer?.state.steps.get(owner);
      return step === undefined ? undefined : this.#server?.pressUrl(token, page, step);
    };
    const profile = ({ vendor, model }: Phone) => sheets.profile(vendor, model);
    const pushes = this.#own(
      new PhonePushes({ phones, push, profile, url, say, clock, log, random: Math.random, ...(tap && { tap }) }),
    );
    pushes.start();
    this.#pushes = pushes;
    return pushes;
  }

  /** What the record says is live. Without it nothing is adopted: what the PBX still has is then ended. */
  async #liveRows(audit: AuditLog): Promise<readonly AuditEntry[]> {
    const rows: AuditEntry[] = [];
    try {
      for (;;) {
        const more = await audit.rows({ live: true, afterId: rows.at(-1)?.id ?? 0, limit: rowsAtOnce });
        rows.push(...more);
        if (more.length < rowsAtOnce) return rows;
      }
    } catch (error) {
      this.#options.log.error(
        { why: String(error) },
        "The record cannot be read: no supervision of before is adopted.",
      );
      return [];
    }
  }

  async #broker(): Promise<{ link: BrokerLink; address?: string }> {
    const { config, log } = this.#options;
    const { mqtt } = config;
    if (mqtt.kind === "external") {
      const { url, username, password, ca } = mqtt;
      return { link: { url, ...(username && { username }), ...(password && { password }), ...(ca && { ca }) } };
    }
    const broker = await this.#listen(mqtt.listen, (listen) => new EmbeddedBroker({ ...mqtt, listen }, log));
    const { host, port } = broker.address();
    return { link: broker.link(), address: `${host}:${port}` };
  }

  /** Starts the broker; in the demo a taken port moves to the next free one. */
  async #listen(listen: Listen, make: (listen: Listen) => EmbeddedBroker): Promise<EmbeddedBroker> {
    const { nextFreePort = false, log } = this.#options;
    for (let port = listen.port; ; port += 1) {
      const broker = make({ ...listen, port });
      try {
        await broker.start();
        if (port !== listen.port)
          log.info({ port }, `mqtt.embedded.listen: port ${listen.port} is taken, ${port} is used instead`);
        return this.#own(broker);
      } catch (error) {
        if (!(error instanceof ListenError)) throw error;
        const mayMove = nextFreePort && error.fault === "port-taken" && port < listen.port + portsTried;
        if (!mayMove) throw new StartError(`mqtt.embedded.listen: ${error.message}`);
      }
    }
  }

  #own<T extends { stop(): Promise<void> | void }>(part: T): T {
    this.#undo.push(() => part.stop());
    return part;
  }
}
