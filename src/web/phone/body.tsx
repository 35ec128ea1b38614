interface BodyProps {
  readonly lifted: boolean;
  /** The form whose colours it has. */
  readonly paint: string;
}

const holes = [0, 1, 2, 3, 4].flatMap((column) => [0, 1, 2].map((row) => ({ column, row })));

/** A desk phone with its handset on the left, 100 by 72. */
export function WideBody({ lifted, paint }: BodyProps) {
  return (
    <svg class="body wide" viewBox="0 0 100 72" aria-hidden="true" focusable="false">
      <rect width="100" height="72" rx="4.2" fill={`url(#shell-${paint})`} />
      <rect
        x="0.2"
        y="0.2"
        width="99.6"
        height="71.6"
        rx="4"
        fill="none"
        stroke="#fff"
        stroke-opacity="0.14"
        stroke-width="0.25"
      />
      <rect x="3.2" y="4" width="13.6" height="64" rx="3" fill="#0c0e11" opacity="0.55" />
      <rect x="5" y="6" width="10" height="14" rx="4" fill="#07080a" opacity="0.7" />
      <rect x="5" y="52" width="10" height="14" rx="4" fill="#07080a" opacity="0.7" />
      <rect
        x="8.6"
        y="24.5"
        width="2.8"
        height="5"
        rx="1.1"
        fill="#2d333b"
        stroke="#000"
        stroke-opacity="0.5"
        stroke-width="0.2"
      />
      <path
        class="cord"
        d="M9 68.500c-4 .2-6-1-5.2-3.2"
        fill="none"
        stroke="#0a0c0e"
        stroke-width="1"
        stroke-linecap="round"
      />
      <g class={lifted ? "receiver lifted" : "receiver"}>
        <path
          d="M4.2 9.500q0-5.5 5.8-5.500t5.8 5.500v6.500q0 3-2 4.200v31.600q2 1.2 2 4.200v6.500q0 5.5-5.8 5.500t-5.8-5.500v-6.500q0-3 2-4.200v-31.600q-2-1.2-2-4.200z"
          fill={`url(#grip-${paint})`}
        />
        <path
          d="M4.2 9.500q0-5.5 5.8-5.500t5.8 5.500v6.500q0 3-2 4.200v31.600q2 1.2 2 4.200v6.500q0 5.5-5.8 5.500t-5.8-5.500v-6.500q0-3 2-4.200v-31.600q-2-1.2-2-4.200z"
          fill="none"
          stroke="#fff"
          stroke-opacity="0.12"
          stroke-width="0.2"
        />
        <rect x="9.4" y="22" width="1.2" height="28" rx="0.6" fill="#fff" opacity="0.05" />
      </g>
      <rect x="18.9" y="3.4" width="61.2" height="41.6" rx="2.2" fill={`url(#deck-${paint})`} />
      <rect
        x="19.1"
        y="3.6"
        width="60.8"
        height="41.2"
        rx="2.1"
        fill="none"
        stroke="#000"
        stroke-opacity="0.6"
        stroke-width="0.3"
      />
      <g fill="#0a0c0e" opacity="0.8">
        {holes.map(({ column, row }) => (
          <circle key={`${column}.${row}`} cx={83 + column * 2.6} cy={64.4 + row * 1.7} r="0.42" />
        ))}
      </g>
    </svg>
  );
}

/** The same phone, upright: the handset lies on top. 100 by 137. */
export function TallBody({ lifted, paint }: BodyProps) {
  return (
    <svg class="body tall" viewBox="0 0 100 137" aria-hidden="true" focusable="false">
      <rect width="100" height="137" rx="5.5" fill={`url(#shell-${paint})`} />
      <rect
        x="0.25"
        y="0.25"
        width="99.5"
        height="136.5"
        rx="5.2"
        fill="none"
        stroke="#fff"
        stroke-opacity="0.14"
        stroke-width="0.3"
      />
      <rect x="4" y="3.8" width="92" height="13.4" rx="3.4" fill="#0c0e11" opacity="0.55" />
      <rect x="6" y="5.4" width="18" height="10" rx="4" fill="#07080a" opacity="0.7" />
      <rect x="76" y="5.4" width="18" height="10" rx="4" fill="#07080a" opacity="0.7" />
      <g class={lifted ? "receiver lifted" : "receiver"}>
        <path
          d="M10.5 4.600q-5.5 0-5.5 5.800t5.5 5.800h9q3.4 0 4.7-2h51.600q1.3 2 4.7 2h9q5.5 0 5.5-5.800t-5.5-5.800h-9q-3.4 0-4.7 2h-51.600q-1.3-2-4.7-2z"
          fill={`url(#grip-across-${paint})`}
          stroke="#fff"
          stroke-opacity="0.1"
          stroke-width="0.3"
        />
      </g>
      <rect x="2.8" y="19" width="94.4" height="61.2" rx="2.8" fill={`url(#deck-${paint})`} />
      <rect
        x="3"
        y="19.2"
        width="94"
        height="60.8"
        rx="2.7"
        fill="none"
        stroke="#000"
        stroke-opacity="0.6"
        stroke-width="0.4"
      />
    </svg>
  );
}
