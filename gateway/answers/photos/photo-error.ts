/**
 * Why a photo is not taken. type: neither JPEG nor PNG, or not what its name says. damaged: not whole, or with parts that no
 * picture of a camera has. dimensions: no pixels, or too many to show.
 */
export type PhotoFault = 'type' | 'damaged' | 'dimensions';

export class PhotoError extends Error {
  readonly fault: PhotoFault;

  constructor(fault: PhotoFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
