#!/usr/bin/env Rscript
# The numbers of metafor and clubSandwich that tests/parity/test_validation.py compares, on five data sets of metadat.
#
#   Rscript validation/metafor/generate.R > validation/metafor/reference.json
#
# Debian 12: apt-get install r-base-core r-cran-metafor r-cran-metadat r-cran-clubsandwich r-cran-jsonlite
# metafor's default threshold on tau2 is an absolute 1e-5; the controls below ask for more. Numbers have 15 significant digits.
options(warn = -1)
suppressPackageStartupMessages({library(metafor); library(metadat); library(clubSandwich); library(jsonlite)})

tight <- list(threshold = 1e-14, tol = 1e-15, maxiter = 100000, tau2.max = 1000)
methods <- c("DL", "HE", "HS", "HSk", "SJ", "PM", "PMM", "EB", "ML", "REML")
tests <- c("z", "t", "knha", "adhoc")
num <- function(x) unname(as.numeric(x))

fit_of <- function(r) list(estimate = num(r$beta), se = num(r$se), statistic = num(r$zval), p = num(r$pval), ci_low = num(r$ci.lb), ci_high = num(r$ci.ub))

univariate <- function(dat) {
  fits <- list()
  for (method in c("FE", methods)) for (test in tests) {
    if (method == "FE" && test != "z") next
    r <- if (method == "FE") rma(yi, vi, data = dat, method = "FE") else rma(yi, vi, data = dat, method = method, test = test, control = tight)
    fits[[paste(method, test, sep = "_")]] <- c(fit_of(r), list(tau2 = r$tau2, i2 = r$I2, h2 = r$H2, q = r$QE, q_p = r$QEp))
  }
  reml <- rma(yi, vi, data = dat, test = "knha", control = tight)
  pred <- predict(reml)
  fill <- trimfill(rma(yi, vi, data = dat, control = tight), estimator = "L0")
  list(fits = fits,
    prediction = c(pred$pi.lb, pred$pi.ub),
    tau2_ci = num(confint(reml, control = list(tol = 1e-14, maxiter = 100000, tau2.max = 1000))$random[1, 2:3]),
    egger = (function(g) list(statistic = num(g$zval), p = num(g$pval)))(regtest(dat$yi, dat$vi, model = "lm")),
    rank = (function(g) list(tau = num(g$tau), p = num(g$pval)))(ranktest(dat$yi, dat$vi)),
    trimfill = list(k0 = fill$k0, side = fill$side, estimate = num(fill$beta)),
    influence = (function(i) list(cook_d = num(i$inf$cook.d), hat = num(i$inf$hat), rstudent = num(i$inf$rstudent), dffits = num(i$inf$dffits)))(influence(rma(yi, vi, data = dat, control = tight))))
}

regression <- function(dat, mods) {
  r <- rma(yi, vi, mods = mods, data = dat, test = "knha", control = tight)
  c(fit_of(r), list(tau2 = r$tau2, qe = r$QE, qm = r$QM, qm_p = r$QMp, r2 = r$R2))
}

bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
schools <- dat.konstantopoulos2011
pupils <- dat.raudenbush1985

levels3 <- function(dat, method) {
  r <- rma.mv(yi, vi, random = ~ 1 | district/school, data = dat, method = method, control = list(optimizer = "nlminb", rel.tol = 1e-11))
  c(fit_of(r), list(sigma2 = num(r$sigma2), ll = c(logLik(r))))
}
che <- function(dat, rho) {
  V <- vcalc(vi, cluster = district, obs = school, rho = rho, data = dat)
  r <- rma.mv(yi, V, random = ~ 1 | district/school, data = dat, control = list(optimizer = "nlminb", rel.tol = 1e-11))
  ct <- coef_test(r, vcov = "CR2", cluster = dat$district, test = "Satterthwaite")
  list(estimate = num(r$beta), sigma2 = num(r$sigma2), cr2_se = ct$SE, cr2_df = ct$df_Satt)
}

# Two outcomes of a study with known covariance: both by every trial, and months after surgery of which many studies report one.
gums <- dat.berkey1998
gums_v <- as.matrix(bldiag(lapply(split(gums[c("v1i", "v2i")], gums$trial), as.matrix)))
motor <- reshape(dat.ishak2007[c("study", "y1i", "v1i", "y2i", "v2i")], direction = "long", idvar = "study", v.names = c("yi", "vi"), varying = list(c("y1i", "y2i"), c("v1i", "v2i")), timevar = "outcome")
motor <- motor[!is.na(motor$yi), ]
motor <- motor[order(match(motor$study, dat.ishak2007$study), motor$outcome), ]
motor_v <- as.matrix(vcalc(vi, cluster = study, obs = outcome, rho = .9, data = motor))
# No optimizer of R reaches the digits at once: each start is where the last one stopped.
settled <- function(d, V, struct, method) {
  fit <- function(control) rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | study, struct = struct, data = d, method = method, control = control)
  r <- fit(list(optimizer = "nlminb"))
  deps <- rep(1e-5, length(c(r$sigma2, r$tau2, r$rho, r$gamma2, r$phi)))
  for (i in 1:3) r <- fit(c(list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-16, maxit = 10000, ndeps = deps, tau2.init = r$tau2), if (struct != "DIAG") list(rho.init = r$rho)))
  r
}
several <- function(dat, V, study, outcome) {
  fits <- list()
  for (struct in c("UN", "CS", "HCS", "DIAG")) for (method in c("REML", "ML")) {
    d <- data.frame(yi = c(dat$yi), study = factor(dat[[study]], levels = unique(dat[[study]])), outcome = factor(dat[[outcome]], levels = unique(dat[[outcome]])))
    r <- settled(d, V, struct, method)
    fits[[paste(struct, method, sep = "_")]] <- c(fit_of(r), list(tau2 = num(r$tau2), rho = if (struct == "DIAG") numeric(0) else num(r$rho), ll = c(logLik(r)), qe = r$QE, qm = r$QM, qm_p = r$QMp,
      cr2_se = coef_test(r, vcov = "CR2", cluster = d$study)$SE, cr2_df = coef_test(r, vcov = "CR2", cluster = d$study)$df_Satt))
  }
  list(data = list(yi = num(dat$yi), study = as.character(dat[[study]]), outcome = as.character(dat[[outcome]]), V = unname(V)), fits = fits)
}

inputs <- function(dat, ...) lapply(list(yi = dat$yi, vi = dat$vi, ...), num)
result <- list(
  source = list(call = "Rscript validation/metafor/generate.R", R = R.version.string, metafor = as.character(packageVersion("metafor")),
    clubSandwich = as.character(packageVersion("clubSandwich")), metadat = as.character(packageVersion("metadat"))),
  bcg = c(list(data = inputs(bcg, ablat = bcg$ablat, year = bcg$year)), univariate(bcg), list(regression = regression(bcg, ~ ablat + year))),
  raudenbush1985 = c(list(data = inputs(pupils, weeks = pupils$weeks)), univariate(pupils), list(regression = regression(pupils, ~ weeks))),
  konstantopoulos2011 = list(data = inputs(schools, district = schools$district, school = schools$school),
    three_level_REML = levels3(schools, "REML"), three_level_ML = levels3(schools, "ML"), che_06 = che(schools, .6)),
  berkey1998 = several(gums, gums_v, "trial", "outcome"), ishak2007 = several(motor, motor_v, "study", "outcome"))
cat(toJSON(result, digits = I(15), auto_unbox = TRUE, pretty = 1), "\n")
