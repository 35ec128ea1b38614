import { setImmediate as othersFirst } from "node:timers/promises";
import type {
  Answer,
  AuditQuery,
  BusLine,
  Control as Commands,
  Enrolled,
  GatewayStatus,
  PhoneRow,
  PhonesAsked,
  PhonesSeen,
} from "./cli/index.js";
import { loadSheets, loadTexts } from "./http/index.js";
import {
  browserDesk,
  filesStandings,
  type GatewayOptions,
  type Joints,
  makeServer,
  makeWorld,
  openData,
  orderResync,
  phoneFiles,
  phoneLife,
  Running,
  startBroker,
  startDiscovery,
  startSip,
  startTelling,
} from "./joints/index.js";
import {
  type ApiAccess,
  type AuditCheck,
  type AuditEntry,
  type AuditFilter,
  capabilities,
  type PeopleBook,
  type PhoneFilesRow,
  type PhonesBook,
  type Proving,
  type Resynced,
  type ResyncWish,
} from "./model/index.js";
import type { SayTo } from "./pages/index.js";
import { simulated } from "./pbx/index.js";
import { AuditReading } from "./store/index.js";

export { type GatewayOptions, StartError } from "./joints/index.js";

/** Where a running gateway is reached. */
export interface Addresses {
  readonly publicUrl: string;
  /** The embedded broker's, as `host:port`; undefined with a broker of the site's own. */
  readonly mqtt?: string;
  /** Whether the desk is there, at the public URL itself. */
  readonly desk: boolean;
}

/** Joins every room, in the order in which they need each other. The constructor assigns, `start` acts, `stop` undoes it in reverse. */
export class Gateway implements Commands {
  readonly #running: Running;
  #startedAt = 0;

  constructor(options: GatewayOptions) {
    this.#running = new Running(options);
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
    await this.#running.stop();
  }

  /** Every configured phone, with its launcher URL where asked for. */
  async phones({ showUrls, files = false }: PhonesAsked): Promise<readonly PhoneRow[]> {
    const standing = files ? await filesStandings(this.#running) : undefined;
    const rows: PhoneRow[] = [];
    for (const [at, { mac, vendor, model, owner }] of (this.#running.phones?.all() ?? []).entries()) {
      // Phones' own requests do not wait until the keys of a thousand are unsealed.
      if (at > 0 && at % 50 === 0) await othersFirst();
      const extension = this.#running.writer?.state.people.get(owner)?.extension ?? "";
      const token = showUrls ? await this.#running.store?.tokenOf(mac) : undefined;
      const url = token && this.#running.server?.launcherUrl(token);
      // Of who may supervise it would tell that they do, to whoever is on that very call (R12).
      const tells = this.#running.personNamed(owner)?.role !== "agent";
      const lastPush = tells ? undefined : this.#running.pushes?.lastDelivery(mac);
      const entry = this.#running.ofFile(mac) ? "file" : "database";
      const kept = { ...phoneLife(this.#running, mac), ...(lastPush && { lastPush }) };
      const made = standing?.get(mac);
      const about = { mac, vendor, model, extension, entry, ...(url && { url }) } as const;
      rows.push({ ...about, ...kept, ...(made && { files: made }) });
    }
    return rows;
  }

  /** The newest rows of the record that fit, oldest first; for earshot's own use, of which there is no row. */
  async audit(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    return (await this.#running.audit?.rows({ ...filter, newest: true })) ?? [];
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
    const { config } = this.#running.options;
    const standing = this.#running.writer?.state.pbx ?? "starting";
    return {
      gateway: config.gateway,
      pid: process.pid,
      startedAt: this.#startedAt,
      publicUrl: this.#running.publicUrl(),
      pbx: standing === "ready" ? "connected" : standing,
      broker: this.#running.brokerStanding(),
      phoneFiles: config.provisioning?.serve === true ? config.provisioning.mode : "elsewhere",
      missing: capabilities.filter((one) => !this.#running.pbx?.capabilities().has(one)),
      ...(this.#running.busyLamps && { blf: this.#running.busyLamps.report() }),
    };
  }

  watchBus({ agent }: { readonly agent?: string }, tell: (line: BusLine) => void): Answer<() => void> {
    const person = agent === undefined ? undefined : this.#running.personNamed(agent);
    if (agent !== undefined && person === undefined)
      return { ok: false, sentence: `Nobody here has the id or the extension ${agent}.` };
    return { ok: true, value: this.#running.feed.follow(person?.id, tell) };
  }

  async seen(): Promise<PhonesSeen> {
    const standing = this.#running.discovery?.discovered().standing ?? [];
    const seen = this.#running.sightings.all();
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
    return this.#running.book();
  }

  phonesBook(): PhonesBook {
    return this.#running.phonesBook();
  }

  access(): ApiAccess {
    if (this.#running.access === undefined) throw new Error("the tokens are not known yet");
    return this.#running.access;
  }

  proving(): Proving {
    if (this.#running.walks === undefined) throw new Error("the phones are not known yet");
    return this.#running.walks;
  }

  async enrol(query: { readonly macs: readonly string[]; readonly minutes: number }): Promise<Answer<Enrolled>> {
    const sentence = "earshot serves no phone its files: the configuration has no `provisioning: { serve: true }`.";
    const opened = this.#running.files?.enrol(query.macs, query.minutes) ?? { ok: false, sentence };
    const firstContact = this.#running.firstContact?.url;
    return opened.ok && firstContact !== undefined ? { ok: true, value: { ...opened.value, firstContact } } : opened;
  }

  resync(wish: ResyncWish): Promise<Answer<Resynced>> {
    return orderResync(this.#running, wish);
  }

  phoneFiles(): Promise<readonly PhoneFilesRow[]> {
    return phoneFiles(this.#running);
  }

  async #start(): Promise<Addresses> {
    const running = this.#running;
    const { config, clock } = running.options;
    this.#startedAt = clock.now();
    // Read while the thread of the record starts.
    const words = loadSheets().then(async (sheets) => [sheets, await loadTexts(sheets, config.language)] as const);
    words.catch(() => undefined);
    const data = await openData(running, this);
    const [sheets, texts] = await words;
    const { link, address } = await startBroker(running, data.secrets);
    const world = await makeWorld(running, { ...data, sheets });
    const { writer, pbx } = world;
    const say: SayTo = (person, screen) => texts.to(person && writer.state.people.get(person), screen);
    const joints: Joints = { ...data, ...world, sheets, say, link };
    const desk = browserDesk(running, joints);
    const sip = startSip(running, joints);
    const telling = startTelling(running, { ...joints, ...(sip && { sip }) }, desk);
    running.own(pbx);
    const server = await makeServer(running, joints, telling, desk);
    const { publicUrl } = await server.start();
    await startDiscovery(running);
    await pbx.start((event) => writer.take(event));
    running.places?.start();
    const forget = simulated(pbx)?.onHelp((person, raised) => writer.take({ type: "help-asked", person, raised }));
    if (forget) running.undoLater(forget);
    return { publicUrl, desk: desk !== undefined, ...(address && { mqtt: address }) };
  }

  #reading(): AuditReading {
    if (this.#running.audit === undefined) throw new Error("the record is not open yet");
    return new AuditReading(this.#running.audit);
  }
}
