import { useBackend } from '@graft-ml/core'; import { cpu } from '@graft-ml/backend-cpu'; await useBackend(cpu());
import { sketches } from '/work/main/packages/datasets/dist/index.js';
import { createRequire } from 'node:module';
const sharp = createRequire('/work/main/packages/datasets/package.json')('sharp');
const s = sketches(0,{sourceTrain:200,sourceTest:0,targetTrain:200,targetTest:0});
for (const [k,d] of [['source',s.source.train],['target',s.target.train]]) {
  const b = await d.batch(Array.from({length:200},(_,i)=>i)); const v=await b.inputs[0].data();
  const cols=20, rows=10, W=cols*30,H=rows*30; const img=new Uint8Array(W*H).fill(60);
  for(let i=0;i<200;i++){const c=i%10,r=Math.floor(i/10); const ox=r*30+1, oy=c*30+1; for(let y=0;y<28;y++)for(let x=0;x<28;x++) img[(oy+y)*W+ox+x]=Math.round(255*v[i*784+y*28+x]);}
  await sharp(img,{raw:{width:W,height:H,channels:1}}).resize(W*2,H*2,{kernel:'nearest'}).png().toFile(`/tmp/sheet-${k}.png`);
}
