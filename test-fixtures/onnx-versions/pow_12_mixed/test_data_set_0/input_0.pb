Bin0J8Q•?H³S>
lÈ;yJ²>