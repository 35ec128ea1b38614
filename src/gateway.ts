import { randomBytes } from "node:crypto";
import {
  type Answer,
  type AuditQuery,
  BusFeed,
  type BusLine,
  type Control as Commands,
  ControlServer,
  type Enrolled,
  type GatewayStatus,
  type PhoneRow,
  type PhonesSeen,
} from "./cli/index.js";
import { ApiKeys, Control, type ControlParts, Desk, Digits, liveRows, People, takeUp, Walks } from "./control/index.js";
import { HttpRecordingHook, PhoneDelivery } from "./delivery/index.js";
import { Discovery, description, descriptionPath, Sightings } from "./discovery/index.js";
import {
  BlfLamps,
  BranchLines,
  BusyLamps,
  Dispatch,
  goOnline,
  HelpCalls,
  PhonePushes,
  PhoneTopics,
  type PushedPage,
  SessionPages,
  SupervisorTopics,
} from "./dispatch/index.js";
import {
  BrowserDesk,
  drawableModels,
  loadSheets,
  loadTexts,
  PhoneServer,
  peopleApi,
  type Sheets,
} from "./http/index.js";
import {
  type ApiAccess,
  type AuditCheck,
  type AuditEntry,
  type AuditFilter,
  blfKeysOf,
  type Clock,
  type Config,
  capabilities,
  type Extension,
  type Lights,
  type Log,
  type Mac,
  type Pbx,
  type PeopleBook,
  type Person,
  type Phone,
  type Proving,
  type PushTap,
  parsePersonId,
} from "./model/index.js";
import {
  Broker,
  type BrokerLink,
  type BrokerStart,
  branchAccounts,
  DeviceLights,
  deliveryKeys,
  HomeAssistant,
  joinedTaps,
  MqttBus,
  SignedBranchBus,
} from "./mqtt/index.js";
import type { SayTo } from "./pages/index.js";
import { makePbx, phoneAccounts, simulated } from "./pbx/index.js";
import { PhoneFileServer, readMakes } from "./provisioning/index.js";
import { SipWatch } from "./sip/index.js";
import { emptyState, Writer } from "./state/index.js";
import { AuditLog, AuditReading, EmbeddedStore, loadSecrets, type Secrets } from "./store/index.js";
import { neverShown, type SitePolicy } from "./supervision/index.js";

/** Steps of one run lie below those of the next, so that no press of an earlier run counts. */
const stepsPerRun = 1_000_000;
/** What random ids are made for. */
type IdFor = "notice" | "deed" | "walk";
const randomId = (): string => randomBytes(12).toString("hex");

/** What is there before anything acts, and most rooms are given. */
interface Joints {
  readonly policy: SitePolicy;
  readonly store: EmbeddedStore;
  readonly secrets: Secrets;
  readonly audit: AuditLog;
  readonly epoch: number;
  readonly writer: Writer;
  readonly pbx: Pbx;
  /** How the broker is reached. */
  readonly link: BrokerLink;
  readonly sheets: Sheets;
  readonly say: SayTo;
  readonly sip?: SipWatch;
}

type Data = Pick<Joints, "store" | "secrets" | "audit" | "epoch">;

interface Telling {
  readonly dispatch: Dispatch;
  readonly phoneTopics: PhoneTopics;
  readonly pushes: PhonePushes;
  readonly lamps?: BlfLamps;
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
  /** Random ids, for tests that compare two runs byte by byte. */
  readonly newId?: (what: IdFor) => string;
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
  #walks: Walks | undefined;
  #busyLamps: BusyLamps | undefined;
  #discovery: Discovery | undefined;
  #files: PhoneFileServer | undefined;
  readonly #sightings: Sightings;
  #startedAt = 0;
  /** The bus for whoever watches it from the command line. */
  readonly #feed = new BusFeed({
    now: () => this.#options.clock.now(),
    connected: () => this.#bus?.connected ?? false,
    nameOf: (id) => this.#personNamed(id)?.name,
    ownerOf: (mac) => this.#options.config.phones.find((phone) => phone.mac === mac)?.owner,
    supervises: (id) => this.#personNamed(id)?.role !== "agent",
  });

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#sightings = new Sightings(options.clock);
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
      publicUrl: this.#publicUrl(),
      pbx: standing === "ready" ? "connected" : standing,
      broker: this.#brokerStanding(),
      missing: capabilities.filter((one) => !this.#pbx?.capabilities().has(one)),
      ...(this.#busyLamps && { blf: this.#busyLamps.report() }),
    };
  }

  watchBus({ agent }: { readonly agent?: string }, tell: (line: BusLine) => void): Answer<() => void> {
    const person = agent === undefined ? undefined : this.#personNamed(agent);
    if (agent !== undefined && person === undefined)
      return { ok: false, sentence: `Nobody here has the id or the extension ${agent}.` };
    return { ok: true, value: this.#feed.follow(person?.id, tell) };
  }

  /** By id, else by extension. */
  #personNamed(words: string): Person | undefined {
    const everybody = this.#writer?.state.people;
    const id = parsePersonId(words);
    return (id && everybody?.get(id)) ?? [...(everybody?.values() ?? [])].find(({ extension }) => extension === words);
  }

  async seen(): Promise<PhonesSeen> {
    const standing = this.#discovery?.discovered().standing ?? [];
    const seen = this.#sightings.all();
    const extensions = new Map((await this.phones({ showUrls: false })).map(({ mac, extension }) => [mac, extension]));
    return {
      standing,
      seen: seen.map((one) => {
        const extension = one.mac && extensions.get(one.mac);
        return { ...one, ...(extension && { extension }) };
      }),
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

  proving(): Proving {
    if (this.#walks === undefined) throw new Error("the phones are not known yet");
    return this.#walks;
  }

  async enrol(query: { readonly macs: readonly string[]; readonly minutes: number }): Promise<Answer<Enrolled>> {
    const sentence = "earshot serves no phone its files: the configuration has no `provisioning: { serve: true }`.";
    return this.#files?.enrol(query.macs, query.minutes) ?? { ok: false, sentence };
  }

  #publicUrl(): string {
    return this.#server?.publicUrl ?? this.#options.config.http.publicUrl;
  }

  #brokerStanding(): GatewayStatus["broker"] {
    if (this.#bus?.connected) return "connected";
    return (this.#writer?.state.pbx ?? "starting") === "starting" ? "starting" : "away";
  }

  async #start(): Promise<Addresses> {
    const { config, clock } = this.#options;
    this.#startedAt = clock.now();
    // Read while the thread of the record starts.
    const words = loadSheets().then(async (sheets) => [sheets, await loadTexts(sheets, config.language)] as const);
    words.catch(() => undefined);
    const data = await this.#openData();
    const [sheets, texts] = await words;
    const { link, address } = await this.#broker(data.secrets);
    const world = await this.#world(data);
    const { writer, pbx } = world;
    const say: SayTo = (person, screen) => texts.to(person && writer.state.people.get(person), screen);
    const joints: Joints = { ...data, ...world, sheets, say, link };
    const desk = this.#desk(joints);
    const sip = this.#sip(joints);
    const telling = this.#tell({ ...joints, ...(sip && { sip }) }, desk);
    this.#own(pbx);
    const server = await this.#serve(joints, telling, desk);
    const { publicUrl } = await server.start();
    await this.#discover();
    await pbx.start((event) => writer.take(event));
    const forget = simulated(pbx)?.onHelp((person, raised) => writer.take({ type: "help-asked", person, raised }));
    if (forget) this.#undo.push(forget);
    return { publicUrl, desk: desk !== undefined, ...(address && { mqtt: address }) };
  }

  /** What lasts: the data folder, for this gateway alone, with its database and the record. */
  async #openData(): Promise<Data> {
    const { config, log, clock } = this.#options;
    const socket = this.#own(new ControlServer(config.data, this));
    const alone = await socket.start();
    if (!alone.ok) throw new StartError(alone.sentence);
    const secrets = await loadSecrets(config.data);
    const store = this.#own(new EmbeddedStore(config.data, secrets, () => clock.now()));
    await store.start();
    this.#store = store;
    await store.retained.read(log);
    await store.syncPhones(config.phones);
    const epoch = await store.nextEpoch();
    const chain = { writer: config.gateway, keys: secrets.audit };
    const audit = this.#own(new AuditLog(config.data, log, chain, config.audit));
    await audit.start();
    this.#audit = audit;
    return { store, secrets, audit, epoch };
  }

  async #broker({ branchPassword }: Secrets): Promise<Extract<BrokerStart, { ok: true }>> {
    const { config, log, nextFreePort = false } = this.#options;
    const branches = branchAccounts(config.branches, branchPassword);
    const started = await this.#own(
      new Broker({ config: config.mqtt, gateway: config.gateway, branches, log, nextFreePort }),
    ).start();
    if (!started.ok) throw new StartError(started.sentence);
    return started;
  }

  /** What there is to supervise: the people, the state and the PBX. Nothing of it acts yet. */
  async #world({ store, audit, epoch }: Data): Promise<Pick<Joints, "policy" | "writer" | "pbx">> {
    const { config, log, clock } = this.#options;
    const policy = { ...config.policy, ...(config.teams && { teams: config.teams }) };
    const people = await store.everybody(config.people, log);
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
    if (this.#options.pbx && people.length > config.people.length) pbx.knows(people);
    this.#access = new ApiKeys({ tokens: store.apiTokens, audit, clock, log });
    this.#people = new People({
      ...{ writer, policy, audit, pins: store.pins, clock, log },
      shelf: store.people,
      ofFile: new Set(config.people.map(({ id }) => id)),
      tell: (now) => pbx.knows(now),
    });
    return { policy, writer, pbx };
  }

  /** earshot's own SIP account, where the site has one: it watches busy lamps and sends texts. */
  #sip({ secrets, writer, pbx }: Joints): SipWatch | undefined {
    const { config, log, clock } = this.#options;
    const account = config.pbx.kind === "asterisk" ? config.pbx.sip : undefined;
    if (!account) return undefined;
    const sip = new SipWatch({ ...account, password: secrets.accountPassword(account.username), clock, log });
    const outOfSight = async (all: readonly Extension[]) => (pbx.outOfSight ? await pbx.outOfSight(all) : []);
    this.#busyLamps = this.#own(new BusyLamps({ writer, sip, outOfSight, now: () => clock.now(), log }));
    this.#busyLamps.start();
    return sip;
  }

  /** Whatever tells people something that they have not asked for: the bus and the pushes. */
  #tell(joints: Joints, desk: BrowserDesk | undefined): Telling {
    const { config, log, clock } = this.#options;
    const { writer, policy, epoch, say, link } = joints;
    const { gateway } = config;
    const { base } = config.mqtt;
    const guest = this.#homeAssistant(writer);
    const tap = joinedTaps([this.#feed, ...(desk ? [desk.tap] : [])]);
    const left = joints.store.retained;
    const bus = this.#own(new MqttBus({ base, gateway, link, log, left, tap, ...(guest && { guest }) }));
    this.#bus = bus;
    const macs = new Set(config.phones.map(({ mac }) => mac));
    const phoneTopics = new PhoneTopics({ phones: macs, bus, log, gateway, epoch });
    const offices = this.#branchOffices(joints, bus, phoneTopics);
    const pushes = this.#pushTo(joints, { tap, topics: phoneTopics, offices });
    const set = joints.pbx.lamp?.bind(joints.pbx);
    const lamps =
      set && this.#own(new BlfLamps({ set, keysOf: (person) => blfKeysOf(config.phones, person), clock, log }));
    const dispatch = this.#own(
      new Dispatch({
        ...(lamps && { lamps }),
        ...{ writer, policy, bus, pushes, clock, log, epoch, gateway },
        newId: () => this.#newId("notice"),
        sentence: (agent, { name, mode }) => say(agent)(`notice.${mode}`, { name }),
      }),
    );
    dispatch.start();
    const supervisors = this.#own(new SupervisorTopics({ writer, policy, bus, log, epoch, gateway }));
    supervisors.start();
    goOnline({ writer, bus, topics: [dispatch, supervisors, phoneTopics, ...(offices ? [offices] : [])] });
    return { dispatch, pushes, phoneTopics, ...(lamps && { lamps }) };
  }

  /** Whatever answers a phone or a browser: presses, digits, pages, the HTTP API and the desk. */
  async #serve(
    joints: Joints,
    { dispatch, pushes, phoneTopics, lamps }: Telling,
    desk: BrowserDesk | undefined,
  ): Promise<PhoneServer> {
    const { config, log, clock, nextFreePort = false, version = "0" } = this.#options;
    const { writer, policy, pbx, audit, store, secrets, sheets, say } = joints;
    const configured = new Map<Mac, Phone>(config.phones.map((phone) => [phone.mac, phone]));
    const phones = { get: (mac: Mac): Phone | undefined => desk?.phone(mac) ?? configured.get(mac) };
    const recordings = this.#recordings();
    const control = this.#own(
      new Control({
        ...{ writer, policy, pbx, audit, pins: store.pins, clock, log },
        newId: () => this.#newId("deed"),
        delivery: dispatch.delivery.bind(dispatch),
        seen: dispatch.seen.bind(dispatch),
        ...(recordings && { recordings }),
      }),
    );
    control.start(takeUp({ writer, audit, clock }, await liveRows(audit, log), configured));
    this.#control = control;
    if (policy.digits === "allowed") this.#own(new Digits({ control, writer, pbx, phones, clock, log })).start();
    const sessions = this.#own(new SessionPages({ writer, policy, pushes, phones: configured, say, clock }));
    sessions.start();
    this.#own(new HelpCalls({ writer, policy, pushes })).start();
    const newId = (): string => this.#newId("walk");
    const walks = this.#own(
      new Walks({ ...{ writer, audit, clock, newId, pushes, phones: configured }, ...(lamps && { lamps }) }),
    );
    this.#walks = walks;
    const publicUrl = (): string => this.#publicUrl();
    const files = await this.#phoneFiles(joints);
    const api = peopleApi({ book: () => this.people(), tokens: store.apiTokens, log, version, publicUrl });
    this.#server = this.#own(
      new PhoneServer({
        ...config.http,
        ...{ nextFreePort, sheets, signingKey: secrets.pressKey.export(), log, clock },
        say: (mac, screen) => say(mac && phones.get(mac)?.owner, screen),
        desk: new Desk({ writer, policy, control, phones, clock, say }),
        tokens: { macOf: (token) => store.phoneByToken(token) ?? desk?.macOf(token) },
        phones: phones.get,
        told: (mac, what) => {
          if (what === "registered") pushes.restore(mac);
          else writer.take({ type: "phone-mute-told", phone: mac, muted: what === "mute" });
        },
        probe: walks.page.bind(walks),
        shown: (mac, page, step) => {
          sessions.shown(mac, page, step);
          phoneTopics.heard(mac);
        },
        beside: async (app) => {
          await api(app);
          await desk?.register(app);
          files?.register(app);
          if (config.discovery?.interfaces.some(({ ssdp }) => ssdp === "answer")) {
            app.get(descriptionPath, (_, reply) =>
              reply.type("text/xml").send(description({ gateway: config.gateway, publicUrl: publicUrl(), version })),
            );
          }
        },
      }),
    );
    return this.#server;
  }

  /** The files that phones fetch, where the site wants earshot to give them. */
  async #phoneFiles({ sheets, secrets, store }: Joints): Promise<PhoneFileServer | undefined> {
    const { config, log, clock } = this.#options;
    if (config.provisioning?.serve !== true) return undefined;
    const read = await readMakes(config.provisioning.folder);
    if (!read.ok) throw new StartError(read.problems.join("\n"));
    this.#files = new PhoneFileServer({
      ...{ config, log, clock, makes: read.makes, known: sheets.known(), key: randomBytes(32) },
      password: secrets.accountPassword,
      accounts: phoneAccounts,
      seen: (sight) => this.#sightings.take(sight),
      publicUrl: () => this.#publicUrl(),
      launcher: async (mac) => {
        const token = await store.tokenOf(mac);
        return token && this.#server?.launcherUrl(token);
      },
    });
    return this.#files;
  }

  async #discover(): Promise<void> {
    const { config, log, clock, version = "0" } = this.#options;
    const { discovery, gateway } = config;
    if (!discovery) return;
    const publicUrl = (): string => this.#publicUrl();
    const parts = { config: discovery, sightings: this.#sightings, gateway, version, publicUrl, clock, log };
    this.#discovery = this.#own(new Discovery(parts));
    await this.#discovery.start();
  }

  /** The desk in the browser, where there is one. Simulated hooks and lights are for the demo alone. */
  #desk({ writer, audit, store, pbx, sheets, link }: Joints): BrowserDesk | undefined {
    const { config, log, clock } = this.#options;
    const { desk, gateway, people, phones, mqtt } = config;
    if (!desk) return undefined;
    const open = desk.kind === "open";
    const lights: Lights | undefined =
      open && mqtt.kind === "embedded"
        ? new DeviceLights({ url: link.url, base: mqtt.base, accounts: mqtt.accounts, clock })
        : undefined;
    return this.#own(
      new BrowserDesk({
        ...{ desk, gateway, people, phones, writer, audit, log, clock },
        models: drawableModels(sheets),
        calls: config.pbx.kind === "simulator" ? "simulator" : "real",
        broker: () => this.#brokerStanding(),
        tokenOf: (mac) => store.tokenOf(mac),
        publicUrl: () => this.#publicUrl(),
        leave: (phone) => void this.#control?.leaveFrom(phone),
        ...(open && pbx.handsets && { handsets: pbx.handsets }),
        ...(open && pbx.paced && { paced: pbx.paced }),
        ...(lights && { lights }),
      }),
    );
  }

  /** Who announces everybody's devices, where the site has a Home Assistant. */
  #homeAssistant(writer: Writer): HomeAssistant | undefined {
    const { config, clock, version = "0" } = this.#options;
    const { base, homeAssistant } = config.mqtt;
    if (!homeAssistant) return undefined;
    const { prefix } = homeAssistant;
    const site = { prefix, base, gateway: config.gateway };
    const made = this.#own(new HomeAssistant({ ...site, version, writer, clock, random: Math.random }));
    made.start();
    return made;
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

  /** The branch offices, whose own processes push to their phones. */
  #branchOffices({ secrets, epoch }: Joints, bus: MqttBus, topics: PhoneTopics): BranchLines | undefined {
    const { config, log, clock } = this.#options;
    const { branches } = config;
    if (!branches) return undefined;
    const keys = deliveryKeys(config, secrets.branchPassword);
    const { base } = config.mqtt;
    const signed = new SignedBranchBus({ bus, base, key: secrets.branchKey, epoch, deliveryKeys: keys, log });
    const delivered = topics.delivered.bind(topics);
    const newId = (): string => this.#newId("notice");
    const offices = new BranchLines({ branches, bus: signed, clock, log, newId, epoch, delivered });
    offices.start();
    return offices;
  }

  /** The phones that can be pushed to, each by its own way. */
  #pushTo(
    { store, writer, pbx, sheets, say, sip }: Joints,
    { tap, topics, offices }: { tap: PushTap; topics: PhoneTopics; offices: BranchLines | undefined },
  ): PhonePushes {
    const { config, clock, log } = this.#options;
    const { people, phones, http } = config;
    const host = new URL(http.publicUrl).hostname;
    const push = this.#own(
      new PhoneDelivery({ people, host, notify: pbx.notify?.bind(pbx), message: sip?.message.bind(sip) }),
    );
    const owners = new Map(phones.map(({ mac, owner }) => [mac, owner]));
    const inBranches = new Set(phones.flatMap(({ mac, branch }) => (branch === undefined ? [] : [mac])));
    const url = async (mac: Mac, page: PushedPage): Promise<string | undefined> => {
      // What is behind OK on a notice is fetched by a phone that can; its key does not go over a broker.
      if (inBranches.has(mac)) return page === "home" ? this.#publicUrl() : undefined;
      const [token, owner] = [await store.tokenOf(mac), owners.get(mac)];
      if (!token || !owner) return undefined;
      return this.#server?.pushedUrl(token, page, writer.state.steps.get(owner) ?? 0);
    };
    const profile = ({ vendor, model }: Phone) => sheets.profile(vendor, model);
    const pushes = this.#own(
      new PhonePushes({
        ...{ phones, push, profile, url, say, clock, log, tap, random: Math.random },
        delivered: topics.delivered.bind(topics),
        ...(offices && { branch: offices.line.bind(offices) }),
      }),
    );
    pushes.start();
    this.#pushes = pushes;
    return pushes;
  }

  #newId(what: IdFor): string {
    return (this.#options.newId ?? randomId)(what);
  }

  #own<T extends { stop(): Promise<void> | void }>(part: T): T {
    this.#undo.push(() => part.stop());
    return part;
  }
}
