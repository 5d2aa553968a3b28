/** One end of a channel that carries structured clones: a `Worker`, a worker's own global scope, or a `MessagePort`. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
  /** Message ports deliver nothing before it is called. */
  start?(): void;
  /** Of message ports. */
  close?(): void;
  /** Of workers. */
  terminate?(): void;
}

/** Listen to messages. @returns stops listening */
export function listen(port: Port, hear: (message: unknown) => void): () => void {
  const listener = (event: Event): void => {
    if ('data' in event) hear(event.data);
  };
  port.addEventListener('message', listener);
  port.start?.();
  return () => port.removeEventListener('message', listener);
}
