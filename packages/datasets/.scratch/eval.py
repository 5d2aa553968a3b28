import numpy as np, torch, torch.nn as nn, sys, time
torch.set_num_threads(1)
def load(n): return torch.tensor(np.fromfile(f'/tmp/sk-{n}.x',np.uint8).reshape(-1,1,28,28)/255.,dtype=torch.float32), torch.tensor(np.fromfile(f'/tmp/sk-{n}.y',np.uint8).astype(np.int64))
def glorot(m):
    if isinstance(m,(nn.Conv2d,nn.Linear)): nn.init.xavier_uniform_(m.weight); nn.init.zeros_(m.bias)
def feats(): return nn.Sequential(nn.Conv2d(1,32,3),nn.ReLU(),nn.MaxPool2d(2),nn.Conv2d(32,64,3),nn.ReLU(),nn.MaxPool2d(2),nn.Flatten())
def cls(): return nn.Sequential(nn.Linear(1600,128),nn.ReLU(),nn.Linear(128,10))
def train(net,x,y,steps,seed):
    g=torch.Generator().manual_seed(seed); opt=torch.optim.Adam(net.parameters(),1e-3,eps=1e-7); i=len(x)
    for s in range(steps):
        if i+32>len(x): p=torch.randperm(len(x),generator=g); i=0
        b=p[i:i+32]; i+=32
        opt.zero_grad(); nn.functional.cross_entropy(net(x[b]),y[b]).backward(); opt.step()
def acc(net,x,y):
    with torch.no_grad(): return (net(x).argmax(1)==y).float().mean().item()
sx,sy=load('strain'); stx,sty=load('stest'); tx,ty=load('ttest')
import copy
t=time.time(); torch.manual_seed(0); f=feats(); c=cls(); f.apply(glorot); c.apply(glorot); src=nn.Sequential(f,c); train(src,sx,sy,int(sys.argv[1]) if len(sys.argv)>1 else 375,0); print('source',acc(src,stx,sty),time.time()-t)
S=int(sys.argv[2]) if len(sys.argv)>2 else 300
def run(name,n,k):
    if n=='all': x,y=load('ttrain')
    else: x,y=load(f't100-{k}')
    torch.manual_seed(10+k); c=cls(); c.apply(glorot)
    if name=='scratch': f2=feats(); f2.apply(glorot); net=nn.Sequential(f2,c); train(net,x,y,S,k); return acc(net,tx,ty)
    if name=='frozen':
        with torch.no_grad(): fx=f(x); ft=f(tx)
        train(c,fx,y,S,k); return acc(c,ft,ty)
    if name=='fine': 
        f2=copy.deepcopy(f); net=nn.Sequential(f2,c); train(net,x,y,S,k); return acc(net,tx,ty)
    if name=='finehead': 
        f2=copy.deepcopy(f); c2=copy.deepcopy(src[1]); h=nn.Linear(128,10); h.apply(glorot); c2[2]=h; net=nn.Sequential(f2,c2); train(net,x,y,S,k); return acc(net,tx,ty)
for name in ['scratch','frozen','fine','finehead']:
    for n in [100]+(['all'] if len(sys.argv)>3 else []):
        v=[run(name,n,k) for k in range(3 if n!='all' else 1)]; print(name,n,np.round(np.mean(v),3),np.round(v,3),flush=True)
