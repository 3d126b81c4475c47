/**
 * Two pictures: beside each other, one wiped over the other, or what differs in light.
 */
import { useState } from 'react';

import type { Part } from '../run/output-kinds';
import { Picture } from '../run/picture';
import { useServices } from '../views/context';
import { Segmented } from '../views/parts';
import { useRemembered } from './remembered';

const LOOKS = ['side', 'swipe', 'difference'] as const;

export function PicturePair(props: {
  readonly before: Part;
  readonly after: Part;
  readonly names: { readonly before: string; readonly after: string };
  readonly name: string;
}): JSX.Element {
  const { before, after, names, name } = props;
  const { trans } = useServices();
  const [look, setLook] = useRemembered('picture-look', LOOKS);
  const [share, setShare] = useState(50);
  const left = (
    <Picture
      runId=""
      part={before}
      description={trans.__('%1, %2', name, names.before)}
    />
  );
  const right = (
    <Picture
      runId=""
      part={after}
      description={trans.__('%1, %2', name, names.after)}
    />
  );
  return (
    <div className="jp-trackbook-pictures">
      <Segmented
        label={trans.__('How to show the two pictures')}
        value={look}
        choices={[
          ['side', trans.__('Side by side')],
          ['swipe', trans.__('Swipe')],
          ['difference', trans.__('Difference')]
        ]}
        onChange={setLook}
      />
      {look === 'side' ? (
        <div className="jp-trackbook-sides">
          <figure className="jp-trackbook-side">
            <figcaption>{names.before}</figcaption>
            {left}
          </figure>
          <figure className="jp-trackbook-side">
            <figcaption>{names.after}</figcaption>
            {right}
          </figure>
        </div>
      ) : (
        <figure className="jp-trackbook-overlay" data-look={look}>
          <figcaption>
            {look === 'swipe'
              ? trans.__(
                  '%1 to the left of the line, %2 to its right',
                  names.before,
                  names.after
                )
              : trans.__('Black where both are the same')}
          </figcaption>
          <div>
            {left}
            <div
              className="jp-trackbook-over"
              style={
                look === 'swipe'
                  ? { clipPath: `inset(0 0 0 ${share}%)` }
                  : undefined
              }
            >
              {right}
            </div>
            {look === 'swipe' ? (
              <div
                className="jp-trackbook-swipe-line"
                style={{ left: `${share}%` }}
              />
            ) : null}
          </div>
          {look === 'swipe' ? (
            <input
              type="range"
              min={0}
              max={100}
              value={share}
              aria-label={trans.__('How much of %1 is shown', names.before)}
              onChange={event => setShare(event.target.valueAsNumber)}
            />
          ) : null}
        </figure>
      )}
    </div>
  );
}
