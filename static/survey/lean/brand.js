//2836f81999db4c548a26644e0328d58910939318e04de43f1a8e202dcab9c0d5
const mark=document.querySelector(".mark > [data-alt]"),itsWords=mark&&"alt"in mark?"alt":"textContent",speakWithoutMark=speak;speak=e=>{const t=document.documentElement.lang;if(speakWithoutMark(e),!mark||document.documentElement.lang===t)return;[mark[itsWords],mark.dataset.alt]=[mark.dataset.alt,mark[itsWords]]}
