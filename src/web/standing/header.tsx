import { ask } from "../ask.js";
import { stream } from "../desk-stream.js";
import { forgetAll } from "../news.js";
import { hello, link, pace } from "../store.js";
import { restartTour } from "../tour/progress.js";
import { Wordmark } from "./wordmark.js";

const speeds = [0.25, 0.5, 1, 2, 5, 10, 30, 60];

export function Header() {
  const you = hello.value?.you;
  const simulated = hello.value?.calls === "simulator";
  return (
    <header class="top">
      <Wordmark />
      <p class="tagline">{simulated ? "A simulated call centre. Nothing here is real." : "The desk in the browser"}</p>
      <div class="tools">
        {simulated && <Pace />}
        {simulated && (
          <button type="button" class="quiet" onClick={restartTour}>
            Guided minute
          </button>
        )}
        {you && (
          <button type="button" class="quiet" onClick={signOut}>
            Sign out
          </button>
        )}
      </div>
    </header>
  );
}

async function signOut(): Promise<void> {
  const answer = await ask.signOut();
  // Where the gateway does not answer, nobody has been signed out; the banner says why.
  if (!answer.ok) return;
  stream.stop();
  forgetAll();
  link.value = "signed-out";
}

function Pace() {
  const now = pace.value;
  if (!now) return null;
  const known = speeds.includes(now.speed) ? speeds : [...speeds, now.speed].sort((one, other) => one - other);
  return (
    <div class="pace">
      <label for="pace">Pace</label>
      <select
        id="pace"
        value={String(now.speed)}
        onChange={(event) => void ask.pace(Number(event.currentTarget.value))}
      >
        {known.map((speed) => (
          <option key={speed} value={String(speed)}>
            {speed}×
          </option>
        ))}
      </select>
      <span class="seed">seed {now.seed}</span>
    </div>
  );
}
