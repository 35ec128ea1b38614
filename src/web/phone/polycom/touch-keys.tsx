interface TouchKeysProps {
  readonly labels: readonly string[];
  onPress(at: number): void;
}

/** The phone's own softkeys on a screen that is touched; where there is none, the page has their room. */
export function TouchKeys({ labels, onPress }: TouchKeysProps) {
  if (labels.every((label) => label === "")) return null;
  return (
    <div class="labels" role="group" aria-label="Softkeys">
      {labels.map((label, at) =>
        label === "" ? (
          <span key={at} />
        ) : (
          <button key={at} type="button" data-softkey={at + 1} data-label={label} onClick={() => onPress(at)}>
            {label}
          </button>
        ),
      )}
    </div>
  );
}
