/** The camera's picture, shown and looked at again and again until it is stopped. */
export interface Camera {
  readonly video: HTMLVideoElement;
  stop(): void;
}

/**
 * Turn the camera on; the browser asks the user first.
 *
 * @param look takes a frame; the next one comes when it is done with that
 * @throws Error in the browser's words when there is no camera or the user says no
 */
export async function openCamera(look: (video: HTMLVideoElement) => Promise<void>): Promise<Camera> {
  if (navigator.mediaDevices === undefined) {
    throw new Error('This browser gives a page from here no camera: open the page over https, or choose pictures.');
  }
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  let isOn = true;
  const stop = (): void => {
    isOn = false;
    for (const track of stream.getTracks()) track.stop();
  };
  try {
    await video.play();
  } catch (thrown) {
    stop();
    throw thrown;
  }
  const next = async (): Promise<void> => {
    while (isOn) {
      await look(video);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  };
  next().catch(stop);
  return { video, stop };
}
