import type { EpochMs } from "./calls.js";
import type { CallId, LegId } from "./ids.js";

/** Time and timers, so that tests and the simulator can run on a virtual clock. */
export interface Clock {
  now(): EpochMs;
  /** Calls `run` once after `ms`; the returned function forgets it. */
  after(ms: number, run: () => void): () => void;
}

/** A call has become private, or is no more. */
export interface PrivacyNews {
  readonly call: CallId;
  /** As the PBX calls its channels. */
  readonly legs: readonly LegId[];
  readonly private: boolean;
  readonly at: EpochMs;
}

/** The site's own recorder. */
export interface RecordingHook {
  /** Never rejects. @returns in words why it was not told; undefined once it was. */
  tell(news: PrivacyNews): Promise<string | undefined>;
}

/** Sink of log lines; secrets never reach it. */
export interface Log {
  info(about: object, sentence: string): void;
  warn(about: object, sentence: string): void;
  error(about: object, sentence: string): void;
}

/** Where a refusal to somebody whom nobody knows is told, so that a flood of them is not a flood of log lines. */
export interface Refusals {
  /** `what` is one of few sentences without a full stop; `about` is small, and holds nothing secret. */
  tell(what: string, address: string, about?: object): void;
}
