// Says when the link is too poor for more than the lightest picture. When not even that keeps running, sound alone is better than a
// stuttering picture: says so, too, and offers a way back.

import { toast } from '../dom.js';
import { t } from '../words.js';
import { isPoor, label } from './quality.js';

// So many stops within so long a time (ms) mean that the link is too poor.
const STOPS = 3;
const WORTH_A_WORD = 2;
const WITHIN = 45_000;
// A picture this soon after a start or a seek has no stop yet.
const CALM = 4000;

// engine: see engine.js; isAuto(): whether the quality is ours to choose; toAudio(), toPicture(): change it for this stream.
export function lifeline(engine, { isAuto, toAudio, toPicture }) {
  let stops = [];
  let calmUntil = Date.now() + CALM;
  let hasSaidPoorest = false;

  function poorest(name) {
    if (hasSaidPoorest) return;
    hasSaidPoorest = true;
    toast(t('quality.poorest', { name: label(name) }));
  }

  return {
    // Another variant plays, or the link's speed was measured anew. Said once.
    settled() {
      const current = engine.current()?.name;
      if (!isAuto() || engine.isAudio || !isPoor(engine.variants(), { speed: engine.speed, current })) return;
      poorest(current);
    },
    // The player has run dry. Seeks and starts do not count.
    stalled(now = Date.now()) {
      if (now < calmUntil || !isAuto() || engine.isAudio) return;
      stops = [...stops.filter((at) => now - at < WITHIN), now];
      const pictures = engine.qualities().filter((one) => one.height > 0);
      const lightest = pictures.at(-1);
      if (engine.current()?.name !== lightest?.name) return;
      // One stop is enough where the link was measured to be too slow for it.
      const average = engine.variants().find((one) => one.name === lightest.name)?.average ?? 0;
      const most = engine.speed < average ? 1 : STOPS;
      if (stops.length >= most && engine.qualities().some((one) => one.name === 'audio')) {
        stops = [];
        toAudio();
        toast(t('quality.toAudio'), { label: t('quality.toPicture'), run: toPicture });
      } else if (stops.length >= WORTH_A_WORD) {
        poorest(lightest.name);
      }
    },
    calm(now = Date.now()) { calmUntil = now + CALM; },
  };
}
