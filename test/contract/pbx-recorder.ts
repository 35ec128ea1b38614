import type { Call, CallId, Ending, PbxEvent, SupervisionFacts, SupervisionId } from "../../src/model/index.js";
import { Watch } from "../lab/watch.ts";

/** What an adapter has said so far, folded: each event replaces what was there. */
export interface Picture {
  /** False before the first snapshot, and after `pbx-away` until the next. */
  readonly there: boolean;
  readonly calls: ReadonlyMap<CallId, Call>;
  readonly facts: ReadonlyMap<SupervisionId, SupervisionFacts>;
  readonly endings: ReadonlyMap<SupervisionId, Ending>;
}

export interface PbxRecorder {
  readonly sink: (event: PbxEvent) => void;
  /** Everything, in its order. */
  readonly events: readonly PbxEvent[];
  picture(): Picture;
  /** Resolves with what `look` finds as soon as it finds something; rejects when the deadline passes first. */
  until<T>(what: string, look: (picture: Picture) => T | undefined): Promise<T>;
}

const nothing: Picture = { there: false, calls: new Map(), facts: new Map(), endings: new Map() };

/** Records an adapter's events; nobody polls, each event wakes whoever waits. */
export function recordPbx(deadlineMs: number): PbxRecorder {
  const events: PbxEvent[] = [];
  const watch = new Watch();
  let picture = nothing;
  return {
    events,
    picture: () => picture,
    sink(event) {
      events.push(event);
      picture = fold(picture, event);
      watch.tell();
    },
    until(what, look) {
      const missed = () => `waited ${deadlineMs} ms for: ${what}\n${lastOf(events)}`;
      return watch.find(() => look(picture), missed, deadlineMs);
    },
  };
}

function fold(picture: Picture, event: PbxEvent): Picture {
  const { calls, facts } = picture;
  switch (event.type) {
    case "pbx-snapshot":
      return {
        ...picture,
        there: true,
        calls: new Map(event.snapshot.calls.map((call) => [call.id, call])),
        facts: new Map(event.snapshot.supervisions.map((one) => [one.id, one])),
      };
    case "pbx-away":
      return { ...picture, there: false };
    case "call":
      return { ...picture, calls: new Map(calls).set(event.call.id, event.call) };
    case "call-ended":
      return { ...picture, calls: without(calls, event.call) };
    case "facts":
      return { ...picture, facts: new Map(facts).set(event.facts.id, event.facts) };
    case "transferring":
    case "hand-raised":
      return picture;
    case "facts-ended":
      return {
        ...picture,
        facts: without(facts, event.supervision),
        endings: new Map(picture.endings).set(event.supervision, event.ending),
      };
  }
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

function lastOf(events: readonly PbxEvent[]): string {
  return `the last events were\n${events
    .slice(-12)
    .map((event) => JSON.stringify(event))
    .join("\n")}`;
}
