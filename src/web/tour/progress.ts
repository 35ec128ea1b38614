import { signal } from "@preact/signals";

/** 0 to 4 while the minute runs; `done` once it was walked or skipped. */
export type Progress = number | "done" | "skipped";

const place = "earshot.guided-minute";

function remembered(): Progress {
  try {
    const said = localStorage.getItem(place);
    if (said === "done" || said === "skipped") return said;
    const step = Number(said);
    return Number.isInteger(step) && step >= 0 && step < 5 ? step : 0;
  } catch {
    return 0;
  }
}

export const progress = signal<Progress>(remembered());

/** Moves on, and is remembered for the next visit where the browser allows it. */
export function setProgress(to: Progress): void {
  progress.value = to;
  try {
    localStorage.setItem(place, String(to));
  } catch {
    // A browser that keeps nothing begins again.
  }
}

export function restartTour(): void {
  setProgress(0);
}
