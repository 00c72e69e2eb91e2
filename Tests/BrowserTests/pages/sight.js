// What can be seen in a video element. All demo media show a white picture at each full second and dark ones between.

const canvas = new OffscreenCanvas(32, 18);
const brush = canvas.getContext('2d', { willReadFrequently: true });

/** Mean brightness of the picture that is shown now, 0…255. */
export function brightness(video) {
  brush.drawImage(video, 0, 0, canvas.width, canvas.height);
  const { data } = brush.getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let index = 0; index < data.length; index += 4) sum += data[index] + data[index + 1] + data[index + 2];
  return sum / (data.length / 4) / 3;
}

/** Milliseconds. */
const patience = 60_000;

/** Goes to `seconds` and resolves when it is there. */
export function go(video, seconds) {
  return new Promise((resolve, reject) => {
    const give_up = setTimeout(() => reject(new Error(`not at ${seconds} s, state ${video.readyState}`)), patience);
    video.addEventListener('seeked', () => { clearTimeout(give_up); resolve(); }, { once: true });
    video.currentTime = seconds;
  });
}

/**
 * Plays and resolves with the times of the white and of the dark pictures seen, once there were two white seconds. A busy
 * machine leaves pictures out: at the film's end it goes back to where it began.
 */
export function watch(video) {
  return new Promise((resolve, reject) => {
    const seen = { white: [], dark: [] };
    const start = video.currentTime;
    const again = () => { video.currentTime = start; video.play(); };
    video.addEventListener('ended', again);
    const give_up = setTimeout(
      () => reject(new Error(`only seen: ${JSON.stringify(seen)}, state ${video.readyState}`)), patience);
    const shown = (_, frame) => {
      (brightness(video) > 165 ? seen.white : seen.dark).push(frame.mediaTime);
      if (!(seen.white.at(-1) - seen.white[0] > 0.5)) {
        video.requestVideoFrameCallback(shown);
        return;
      }
      clearTimeout(give_up);
      video.removeEventListener('ended', again);
      resolve({ ...seen, height: video.videoHeight });
    };
    video.requestVideoFrameCallback(shown);
    video.play().catch(reject);
  });
}
