import { useSignal } from "@preact/signals";
import { ask } from "../ask.js";
import { stream } from "../desk-stream.js";
import { link } from "../store.js";
import { Wordmark } from "./wordmark.js";

/** Asked where calls are real: only an administrator may see them here. */
export function SignIn() {
  const trouble = useSignal("");
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const given = new FormData(event.currentTarget);
    const answer = await ask.signIn(String(given.get("person")), String(given.get("password")));
    trouble.value = answer.ok ? "" : answer.sentence;
    if (!answer.ok) return;
    link.value = "connecting";
    stream.start();
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <Wordmark />
        <p>The calls of this desk are real. Sign in as an administrator.</p>
        <label>
          Person
          <input name="person" autocomplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        {trouble.value !== "" && <p role="alert">{trouble.value}</p>}
        <button type="submit" class="strong">
          Sign in
        </button>
      </form>
    </main>
  );
}
