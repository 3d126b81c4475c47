/**
 * A quiet button that is on or off.
 */
type Props = {
  readonly label: string;
  readonly title?: string;
  readonly value: boolean;
  readonly disabled?: boolean;
  readonly onValue: (value: boolean) => void;
};

export function Toggle(props: Props): JSX.Element {
  const { label, title, value, disabled } = props;
  return (
    <button
      className="jp-trackbook-toggle"
      aria-pressed={value}
      title={title}
      disabled={disabled}
      onClick={() => props.onValue(!value)}
    >
      {label}
    </button>
  );
}
