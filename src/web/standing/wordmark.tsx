export function Wordmark() {
  return (
    <h1 class="wordmark">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path class="a" d="M9 21.5a8 8 0 0 1 0-11" />
        <path class="b" d="M14.5 25a13 13 0 0 0 0-18" />
        <path class="c" d="M20 28a18 18 0 0 0 0-24" />
      </svg>
      earshot
    </h1>
  );
}
