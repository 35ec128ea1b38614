import type { Extension, Pbx, PersonId } from "../../src/model/index.js";

/** Whose phone it is: the agent of the story, a second agent, the customer outside, the supervisor. */
export type Voice = "agent" | "colleague" | "customer" | "supervisor";

/** A person's desk phone, as an action names it. */
export interface Desk {
  readonly person: PersonId;
  readonly extension: Extension;
  readonly mac: string;
  /** Host of the phone's SIP contact. */
  readonly from: string;
}

/** Somebody's hand at a phone. Each resolves when the phone has done it, not when the PBX has said so. */
export interface Handset {
  /** Takes the call that rings, waiting for it if need be. */
  answer(): Promise<void>;
  hold(): Promise<void>;
  resume(): Promise<void>;
  /** Ends the call on this phone; refuses it while it rings. */
  hangUp(): Promise<void>;
  /** Presses a key of the keypad in its call. */
  press(digit: string): Promise<void>;
}

/** What a PBX must lend the contract suite: the adapter, phones that can be used, and the truth about sound. */
export interface PbxHarness {
  /**
   * Made anew for this case and not yet started; people and phones of `desks` are configured. It may be stopped twice,
   * and without having been started.
   */
  readonly pbx: Pbx;
  readonly desks: Readonly<Record<Exclude<Voice, "customer">, Desk>>;
  /** A configured person whose phone is not registered. */
  readonly unplugged: Desk;
  /** A queue of which the agent is the only member. */
  readonly queue: string;
  /** The dialplan context that the customer's calls come in by. */
  readonly context: string;
  readonly phones: Readonly<Record<Voice, Handset>>;
  /**
   * The customer dials the agent, by the queue or directly; resolves once the agent's phone rings. `native`: the PBX has
   * two such parties talk by a shorter way, which an ear would have to end.
   */
  incomingCall(call: {
    readonly number: string;
    readonly name: string;
    readonly queue?: string;
    readonly native?: boolean;
  }): Promise<void>;
  /** That phone sends no sound at all any more, or sends again. */
  silence(voice: "agent" | "customer", silent: boolean): Promise<void>;
  /** The site says of the agent's call that it is private, or no more, as by a channel variable on the customer's leg. */
  sayPrivate(on: boolean): Promise<void>;
  /** The agent dials out to that number; resolves once the customer's phone rings. */
  outgoingCall(call: { readonly number: string }): Promise<void>;
  /** The agent dials the colleague; resolves once the colleague's phone rings. */
  internalCall(): Promise<void>;
  /**
   * The agent transfers the customer without asking, to the colleague unless told; resolves once the colleague's phone
   * rings, or the agent's has done it.
   */
  transfer(to?: "colleague" | "supervisor"): Promise<void>;
  /** The agent holds the customer and dials somebody, the colleague unless told; resolves as a transfer does. */
  consult(to?: "colleague" | "supervisor"): Promise<void>;
  /** The agent connects the customer with whom they have consulted. */
  connect(): Promise<void>;
  /** Resolves once the colleague's phone rings because an agent hands their call over. */
  handedOver(): Promise<void>;
  /** Everything that the adapter connects to beside what its first snapshot comes from. */
  connected(): Promise<void>;
  /** `pbx` is from now on the adapter of a gateway of the same name that comes next. The one before has been stopped. */
  succeed(): void;
  /** Stops the PBX and starts it again; resolves once it is up and the phones can be reached. */
  restartPbx(): Promise<void>;
  /** Who has heard the two tones of a refusal since this case began. */
  heardTones(): Promise<readonly Voice[]>;
  /** Who has heard a notification tone since this case began. */
  heardNotification(): Promise<readonly Voice[]>;
  /** The colleague as queues have them, of one or more of which they are a member. */
  readonly memberships: {
    /** Of each queue: the reason for which it does not ring them, empty for a pause without one; undefined while it does. */
    reasons(): Promise<ReadonlySet<string | undefined>>;
    /** They pause themselves in every queue; undefined: they take calls again. */
    byHand(reason: string | undefined): Promise<void>;
  };
  /**
   * Whether `listener` gets the sound of `speaker` now. A PBX with real audio measures, long enough after the asking
   * for everything under way to have arrived. Asked for many pairs at a time.
   */
  hears(listener: Voice, speaker: Voice): Promise<boolean>;
  /** Hangs every phone up and gives everything back. The adapter has been stopped before. */
  release(): Promise<void>;
}
