// An optional peer that is not installed here: what is imported of it is looked at before it is used.
declare module 'onnxruntime-web';
