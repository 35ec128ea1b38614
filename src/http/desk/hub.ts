import type { ServerResponse } from "node:http";
import type { AuditEntry, DeskNews, Handset, Lamp, Mac, PersonId, Phone, PushResult } from "../../model/index.js";
import { describeError } from "../redaction.js";
import { Attended } from "./attended.js";
import { FloorFeed } from "./floor-feed.js";
import { drawnPhones, hello } from "./hello.js";
import type { Looks } from "./looks.js";
import { SentMemory } from "./memory.js";
import type { BrowserDeskParts } from "./parts.js";
import { PushView } from "./push-view.js";
import { RecordView } from "./record-view.js";
import type { Session, Sessions } from "./sessions.js";
import { DeskStream, frameOf } from "./stream.js";

export const mostStreams = 20;
const beatMs = 15_000;
/** Lights stay on, and phones attended, while a browser loads its page anew. */
const lingerMs = 5_000;
const rowsKept = 50;
/** They tell of hidden supervisions: who supervises, and whose phone is shown its page. */
const tellingTopics = /\/(?:supervisors\/[^/]+\/supervision|phones\/[^/]+\/(?:state|delivery))$/;
/** A record that cannot be read holds the desk up no longer. */
const recordWithinMs = 500;

type StandingNews = Extract<DeskNews, { type: "standing" }>;

interface Reader {
  readonly stream: DeskStream;
  readonly session: Session | undefined;
  readonly record: RecordView;
  readonly pushes: PushView;
  readonly close: () => void;
}

/** Tells every open desk what it may know. What it follows, it follows only while somebody reads. */
export class DeskHub {
  readonly memory: SentMemory;
  readonly #parts: BrowserDeskParts;
  readonly #sessions: Sessions;
  readonly #looks: Looks;
  readonly #feed: FloorFeed;
  readonly #readers = new Set<Reader>();
  readonly #lamps = new Map<PersonId, Lamp | "unknown">();
  readonly #attended: Attended;
  #opening = 0;
  #rows: readonly AuditEntry[] = [];
  #recordRead: Promise<void> = Promise.resolve();
  #standing: StandingNews | undefined;
  /** Whose raised hand has been told. */
  #help = new Set<PersonId>();
  #undo: (() => void)[] = [];
  #cancelSleep: (() => void) | undefined;

  constructor(parts: BrowserDeskParts, sessions: Sessions, looks: Looks) {
    this.#parts = parts;
    this.#sessions = sessions;
    this.#looks = looks;
    this.#feed = new FloorFeed(parts.writer, parts.clock);
    this.#attended = new Attended(parts, {
      lamp: (person, lamp) => this.#tellLamp(person, lamp),
      notice: (person, notice) => this.#tellPhones(person, (phone) => ({ type: "notice", phone, notice })),
    });
    // Of a call that an administrator may be on (R12).
    const mayShow = (topic: string): boolean => parts.desk.kind === "open" || !tellingTopics.test(topic);
    this.memory = new SentMemory(() => parts.clock.now(), mayShow);
    this.memory.onTopic = (news) => this.#tellAll(news);
    this.memory.onPush = (push) => {
      for (const reader of this.#readers) this.#tellPushes(reader, [push]);
    };
    this.memory.onStanding = () => this.#tellStanding();
  }

  /** False where there are as many streams as there may be. */
  hasRoom(): boolean {
    return this.#readers.size + this.#opening < mostStreams;
  }

  /** Tells this browser everything, then every change until it goes. */
  async open(reply: ServerResponse, session: Session | undefined): Promise<void> {
    this.#opening += 1;
    try {
      this.#wake();
      await this.#recordRead;
      const first = await this.#hello(session);
      if (reply.destroyed) return this.#sleepSoon();
      const stream = new DeskStream(reply);
      const record = new RecordView(session?.person.id);
      const pushes = new PushView(session?.person.id);
      const floor = this.#feed.open(session?.person.id, (news) => stream.tell(news));
      const reader = { stream, session, record, pushes, close: floor.close };
      const sent = this.#pushesFor(pushes, this.memory.pushes);
      const news = [...this.#present(), ...this.#rowsFor(record, this.#rows), ...sent];
      stream.begin([frameOf(first), frameOf(this.#standingNews()), floor.whole, ...news.map(frameOf)]);
      this.#readers.add(reader);
      reply.once("close", () => this.#drop(reader));
    } finally {
      this.#opening -= 1;
    }
  }

  /** Says anew who this is, what is drawn and what can be chosen, after the choice; without a session to an open desk. */
  async sayHello(session: Session | undefined): Promise<void> {
    const news = frameOf(await this.#hello(session));
    for (const reader of this.#readers) if (reader.session?.token === session?.token) reader.stream.tell(news);
  }

  /** Ends the streams of a session that is over. */
  end(session: Session): void {
    for (const reader of this.#readers) if (reader.session?.token === session.token) reader.stream.end();
  }

  /** What is drawn, or can be chosen, is not what it was. */
  phonesChanged(before: Phone | undefined, now: Phone | undefined): void {
    if (this.#undo.length === 0) return;
    if (this.#parts.desk.kind === "open") this.#attend();
    const touched = (person: PersonId): boolean => person === before?.owner || person === now?.owner;
    const readers = [...this.#readers].filter(({ session }) => !session || touched(session.person.id));
    // The session of before has the phone that was chosen then.
    for (const token of new Set(readers.map(({ session }) => session?.token))) {
      const session = this.#sessions.all().find((one) => one.token === token);
      void this.sayHello(session).catch((error: unknown) => {
        this.#parts.log.error({ error: describeError(error) }, "A desk was not told of its phones");
      });
    }
  }

  tellPace(): void {
    const { paced } = this.#parts;
    if (paced) this.#tellAll({ type: "pace", pace: paced.pace });
  }

  stop(): void {
    for (const reader of this.#readers) {
      reader.close();
      reader.stream.end();
    }
    this.#readers.clear();
    this.#sleep();
    this.#feed.stop();
  }

  #hello(session: Session | undefined) {
    return hello(this.#parts, session, session ? this.#sessions.choices(session.person) : [], this.#looks);
  }

  #wake(): void {
    this.#cancelSleep?.();
    this.#cancelSleep = undefined;
    if (this.#undo.length > 0) return;
    const { writer, audit, clock, handsets } = this.#parts;
    this.#standing = this.#standingNews();
    this.#help = new Set(writer.state.help);
    this.#recordRead = new Promise((resolve) => {
      const cancel = clock.after(recordWithinMs, resolve);
      this.#undo.push(
        cancel,
        audit.follow(rowsKept, (rows) => {
          this.#rows = [...this.#rows, ...rows].slice(-rowsKept);
          for (const reader of this.#readers) this.#tellRows(reader, rows);
          cancel();
          resolve();
        }),
      );
    });
    this.#undo.push(
      writer.subscribe(({ people }) => {
        this.#tellStanding();
        for (const person of people) this.#tellHelp(person);
        for (const reader of this.#readers) {
          if (!reader.session || !people.has(reader.session.person.id)) continue;
          this.#tellRows(reader, []);
          this.#tellPushes(reader, []);
        }
      }),
    );
    if (handsets) this.#undo.push(handsets.follow((person, handset) => this.#tellHandset(person, handset)));
    this.#attend();
    this.#undo.push(() => this.#attended.stop());
    this.#beat();
  }

  #attend(): void {
    this.#attended.attend(drawnPhones(this.#parts).map(({ owner }) => owner));
  }

  #beat(): void {
    let cancel = (): void => {};
    const next = (): void => {
      cancel = this.#parts.clock.after(beatMs, () => {
        for (const { stream } of this.#readers) stream.beat();
        next();
      });
    };
    next();
    this.#undo.push(() => cancel());
  }

  #drop(reader: Reader): void {
    reader.close();
    this.#readers.delete(reader);
    this.#sleepSoon();
  }

  #sleepSoon(): void {
    if (this.#readers.size > 0 || this.#undo.length === 0) return;
    this.#cancelSleep?.();
    this.#cancelSleep = this.#parts.clock.after(lingerMs, () => {
      if (this.#readers.size === 0 && this.#opening === 0) this.#sleep();
    });
  }

  #sleep(): void {
    this.#cancelSleep?.();
    this.#cancelSleep = undefined;
    for (const undo of this.#undo.splice(0)) undo();
    this.#rows = [];
    this.#lamps.clear();
  }

  #present(): readonly DeskNews[] {
    const { handsets } = this.#parts;
    const drawn = drawnPhones(this.#parts);
    return [
      ...drawn.flatMap(({ mac, owner }): DeskNews[] =>
        handsets ? [{ type: "handset", phone: mac, handset: handsets.of(owner) }] : [],
      ),
      ...drawn.flatMap(({ mac, owner }): DeskNews[] => {
        const lamp = this.#lamps.get(owner);
        return lamp ? [{ type: "light", phone: mac, lamp }] : [];
      }),
      ...[...this.#help].map((person): DeskNews => ({ type: "help", person, raised: true })),
      ...this.memory.topics,
    ];
  }

  #standingNews(): StandingNews {
    const { writer, broker } = this.#parts;
    return { type: "standing", pbx: writer.state.pbx, broker: broker() };
  }

  #tellStanding(): void {
    const news = this.#standingNews();
    if (news.pbx === this.#standing?.pbx && news.broker === this.#standing.broker) return;
    this.#standing = news;
    this.#tellAll(news);
  }

  #rowsFor(record: RecordView, rows: readonly AuditEntry[]): readonly DeskNews[] {
    const { state } = this.#parts.writer;
    return [...record.release(state), ...record.take(state, rows)].map((row) => ({ type: "audit", row }));
  }

  #tellRows({ record, stream }: Reader, rows: readonly AuditEntry[]): void {
    for (const news of this.#rowsFor(record, rows)) stream.tell(frameOf(news));
  }

  #pushesFor(view: PushView, pushes: readonly PushResult[]): readonly DeskNews[] {
    const { state } = this.#parts.writer;
    return [...view.release(state), ...view.take(state, pushes)].map((push) => ({ type: "push", push }));
  }

  #tellPushes({ pushes, stream }: Reader, sent: readonly PushResult[]): void {
    for (const news of this.#pushesFor(pushes, sent)) stream.tell(frameOf(news));
  }

  #tellHelp(person: PersonId): void {
    const raised = this.#parts.writer.state.help.has(person);
    if (this.#help.has(person) === raised) return;
    if (raised) this.#help.add(person);
    else this.#help.delete(person);
    this.#tellAll({ type: "help", person, raised });
  }

  #tellHandset(person: PersonId, handset: Handset): void {
    this.#tellPhones(person, (phone) => ({ type: "handset", phone, handset }));
  }

  #tellLamp(person: PersonId, lamp: Lamp | "unknown"): void {
    this.#lamps.set(person, lamp);
    this.#tellPhones(person, (phone) => ({ type: "light", phone, lamp }));
  }

  #tellPhones(person: PersonId, news: (phone: Mac) => DeskNews): void {
    for (const { mac, owner } of drawnPhones(this.#parts)) if (owner === person) this.#tellAll(news(mac));
  }

  #tellAll(news: DeskNews): void {
    if (this.#readers.size === 0) return;
    const frame = frameOf(news);
    for (const { stream } of this.#readers) stream.tell(frame);
  }
}
