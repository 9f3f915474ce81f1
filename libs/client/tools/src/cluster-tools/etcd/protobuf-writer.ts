import { encodeUtf8 } from '@seatrial/kernel';

const LENGTH_DELIMITED = 2;

/** Writes the wire format of protocol buffers; fields are to be written by ascending number, as gogo's marshallers do. */
export class ProtobufWriter {
  private readonly bytes: number[] = [];

  private unsigned(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.bytes.push(rest);
  }

  number(field: number, value: number): this {
    this.unsigned(field * 8);
    this.unsigned(value);
    return this;
  }

  blob(field: number, value: Uint8Array): this {
    this.unsigned(field * 8 + LENGTH_DELIMITED);
    this.unsigned(value.length);
    for (const byte of value) this.bytes.push(byte);
    return this;
  }

  text(field: number, value: string): this {
    return this.blob(field, encodeUtf8(value));
  }

  message(field: number, write: (message: ProtobufWriter) => void): this {
    const message = new ProtobufWriter();
    write(message);
    return this.blob(field, message.finish());
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}
