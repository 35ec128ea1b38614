import type {
  Extension,
  Handset,
  HandsetAct,
  Handsets,
  Leg,
  Person,
  PersonId,
  SupervisionId,
} from "../../model/index.js";
import type { Conversation } from "./conversation.js";
import type { HandOvers } from "./hand-overs.js";
import type { LiveCalls } from "./live-calls.js";
import type { SupervisionLeg, Supervisions } from "./supervisions.js";

export interface HandsetsSettings {
  readonly people: readonly Person[];
  readonly calls: LiveCalls;
  readonly supervisions: Pick<Supervisions, "phoneOf" | "pickUp" | "hold" | "resume" | "hangUp">;
  readonly handOvers: Pick<HandOvers, "isRinging" | "pickUp" | "decline">;
  /** Whose phones are in somebody's hands. */
  readonly inHands: Set<PersonId>;
  /** Told of whose are no longer. */
  readonly letGo: (person: PersonId) => void;
}

type Listener = (person: PersonId, handset: Handset) => void;

/** What a phone has in hand: a part in a call, or the leg of a supervision. */
type InHand =
  | { readonly kind: "call"; readonly call: Conversation; readonly leg: Leg; readonly state: Handset["state"] }
  | { readonly kind: "hand-over"; readonly extension: Extension; readonly state: "ringing" }
  | { readonly kind: "supervision"; readonly id: SupervisionId; readonly state: Handset["state"] };

/** What the caller id of a supervision leg says: who looks at the phone learns nothing from it (R21). */
const neutralTitle = "earshot";

/** The simulated SIP phones, one of each person. */
export class SimulatedHandsets implements Handsets {
  private readonly people: ReadonlyMap<PersonId, Person>;
  private readonly byExtension: ReadonlyMap<Extension, PersonId>;
  private readonly listeners = new Set<Listener>();
  private readonly said = new Map<PersonId, string>();

  constructor(private readonly settings: HandsetsSettings) {
    this.people = new Map(settings.people.map((person) => [person.id, person]));
    this.byExtension = new Map(settings.people.map(({ extension, id }) => [extension, id]));
  }

  /** What that person's handset is doing now; idle for somebody unknown. */
  of(person: PersonId): Handset {
    const inHand = this.inHand(person);
    if (inHand === undefined) return { state: "idle" };
    const title = inHand.kind === "call" ? this.otherIn(inHand) : inHand.kind === "supervision" ? neutralTitle : "";
    return { state: inHand.state, ...(title === "" ? {} : { title }) };
  }

  /** Calls `listener` whenever a handset is doing something else than before; the returned function ends that. */
  follow(listener: Listener): () => void {
    if (this.listeners.size === 0) {
      for (const person of this.people.keys()) this.said.set(person, JSON.stringify(this.of(person)));
    }
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /**
   * Somebody's hand at the phone, which comes before what the call centre plays: on the supervision leg where there is
   * one, otherwise on the call that rings, else on the one in talk. @returns false where the act does not fit.
   */
  act(person: PersonId, act: HandsetAct): boolean {
    const inHand = this.inHand(person);
    if (inHand === undefined || !fits(inHand, act)) return false;
    if (inHand.kind === "supervision") this.supervise(inHand.id, act);
    else if (inHand.kind === "hand-over") {
      if (act === "answer") this.settings.handOvers.pickUp(inHand.extension);
      else this.settings.handOvers.decline(inHand.extension);
    } else onCall(inHand, act);
    return true;
  }

  /**
   * Says whether somebody holds that phone in their hands. Then nobody else picks up a supervision leg that rings there,
   * and the call centre answers a call there only after 20 s.
   */
  attend(person: PersonId, attended: boolean): void {
    const { inHands, letGo } = this.settings;
    if (attended) inHands.add(person);
    else if (inHands.delete(person)) letGo(person);
  }

  /** Something has happened to these people's calls. */
  look(people: Iterable<PersonId>): void {
    if (this.listeners.size === 0) return;
    for (const person of new Set(people)) {
      const handset = this.of(person);
      const words = JSON.stringify(handset);
      if (this.said.get(person) === words) continue;
      this.said.set(person, words);
      for (const listener of this.listeners) listener(person, handset);
    }
  }

  /** Something has happened to a supervision leg at that extension. */
  lookAt(extension: Extension): void {
    const person = this.byExtension.get(extension);
    if (person !== undefined) this.look([person]);
  }

  private inHand(person: PersonId): InHand | undefined {
    const extension = this.people.get(person)?.extension;
    const supervision = extension && this.settings.supervisions.phoneOf(extension);
    if (supervision !== undefined) return { kind: "supervision", id: supervision.id, state: stateOf(supervision.leg) };
    if (extension && this.settings.handOvers.isRinging(extension)) {
      return { kind: "hand-over", extension, state: "ringing" };
    }
    const parts = this.settings.calls.of(person).flatMap((call): Extract<InHand, { kind: "call" }>[] => {
      const leg = call.legOf(person);
      return leg === undefined ? [] : [{ kind: "call", call, leg, state: stateOn(call, leg) }];
    });
    const order = ["ringing", "talking", "held"] as const;
    return order.map((state) => parts.findLast((part) => part.state === state)).find((part) => part !== undefined);
  }

  private otherIn({ call, leg }: Extract<InHand, { kind: "call" }>): string {
    const party = call.call?.legs.find(({ id }) => id !== leg.id)?.party;
    if (party === undefined) return "";
    if (party.kind === "external") return party.name || party.number;
    return this.people.get(party.person)?.name ?? "";
  }

  private supervise(id: SupervisionId, act: HandsetAct): void {
    const { supervisions } = this.settings;
    switch (act) {
      case "answer":
        supervisions.pickUp(id);
        break;
      case "hang-up":
        supervisions.hangUp(id);
        break;
      case "hold":
        supervisions.hold(id);
        break;
      case "resume":
        supervisions.resume(id);
        break;
      default:
        act satisfies never;
    }
  }
}

function onCall({ call, leg }: Extract<InHand, { kind: "call" }>, act: HandsetAct): void {
  call.takeInHand(leg.id);
  switch (act) {
    case "answer":
      call.answer();
      break;
    case "hang-up":
      if (call.isRung(leg.id)) call.decline();
      else call.drop(leg.id);
      break;
    case "hold":
      call.hold(leg.id);
      break;
    case "resume":
      call.resume(leg.id);
      break;
    default:
      act satisfies never;
  }
}

function fits(inHand: InHand, act: HandsetAct): boolean {
  switch (act) {
    case "answer":
      return inHand.state === "ringing";
    case "hang-up":
      return true;
    case "hold":
      return inHand.state === "talking" && (inHand.kind !== "call" || inHand.leg.state === "up");
    case "resume":
      return inHand.state === "held";
    default:
      return act satisfies never;
  }
}

function stateOn(call: Conversation, leg: Leg): Handset["state"] {
  if (call.isRung(leg.id)) return "ringing";
  return leg.holding ? "held" : "talking";
}

function stateOf(leg: SupervisionLeg["leg"]): Handset["state"] {
  return leg === "up" ? "talking" : leg;
}
