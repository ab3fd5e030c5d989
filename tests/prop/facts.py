# The SA Forum classes: names, types and flags, for files without definitions.
#
# One class a paragraph: its name (with ! if its objects are runtime ones), the
# RDN attribute, then the others. After the colon the type (i u l q n t f d s a
# for INT32 UINT32 INT64 UINT64 NAME TIME FLOAT DOUBLE STRING ANY), then flags
# (M multi-value, W writable, I initialized, P persistent, C cached, R runtime,
# Y notify, N no dangling), then = and the default.

TYPES = {'i': 'SA_INT32_T', 'u': 'SA_UINT32_T', 'l': 'SA_INT64_T',
         'q': 'SA_UINT64_T', 'n': 'SA_NAME_T', 't': 'SA_TIME_T',
         'f': 'SA_FLOAT_T', 'd': 'SA_DOUBLE_T', 's': 'SA_STRING_T',
         'a': 'SA_ANY_T'}
FLAGS = {'M': 'SA_MULTI_VALUE', 'W': 'SA_WRITABLE', 'I': 'SA_INITIALIZED',
         'P': 'SA_PERSISTENT', 'C': 'SA_CACHED', 'D': 'SA_NO_DUPLICATES',
         'Y': 'SA_NOTIFY', 'N': 'SA_NO_DANGLING'}


class AttrDef:
    __slots__ = ('name', 'type', 'flags', 'runtime', 'default')

    def __init__(self, name, type_, flags='', runtime=False, default=None):
        self.name, self.type, self.flags = name, type_, flags
        self.runtime, self.default = runtime, default

    @property
    def multi(self):
        return 'M' in self.flags


class ClassDef:
    __slots__ = ('name', 'runtime', 'rdn', 'attrs')

    def __init__(self, name, runtime, rdn, attrs):
        self.name, self.runtime, self.rdn = name, runtime, rdn
        self.attrs = {a.name: a for a in attrs}


TABLE = """
OpenSafPlmVirtualMachineMonitorConfig plmVmmConfig:sI saPlmEE:nIW
libVirtSession:sIW

OpenSafPlmVirtualMachineConfig plmVmConfig:sI saPlmEE:nIW
libVirtDomainName:sIW

SaPlmDomain safDomain:sI saPlmHEDeactivationPolicy:uW

SaHpiConfig safHpiCfg:sI isHpiSupported:uI extrPendingTimeout:tI
insPendingTimeout:tI

SaPlmHEBaseType safHEType:sI saPlmHetHpiEntityType:sI

SaPlmHEType safVersion:sI saPlmHetIdr:sWM

SaPlmHE safHE:sI saPlmHEBaseHEType:nI saPlmHEEntityPaths:sWM
saPlmHECurrHEType:nCR saPlmHECurrEntityPath:sCR saPlmHEAdminState:uCPR=1
saPlmHEReadinessState:uCR saPlmHEReadinessFlags:qCR saPlmHEPresenceState:uCR
saPlmHEOperationalState:uCR

SaPlmEEBaseType safEEType:sI saPlmEetProduct:sI saPlmEetVendor:s
saPlmEetRelease:s

SaPlmEEType safVersion:sI saPlmEetDefInstantiateTimeout:tW
saPlmEetDefTerminateTimeout:tW saPlmEetSwBundle:n

SaPlmEE safEE:sI saPlmEEType:nIW saPlmEEInstantiateTimeout:tW
saPlmEETerminateTimeout:tW saPlmEEAdminState:uPCR=1 saPlmEEPresenceState:uCR
saPlmEEOperationalState:uCR saPlmEEReadinessState:uCR
saPlmEEReadinessFlags:qCR

SaPlmDependency safDependency:sI saPlmDepNames:nIMW saPlmDepMinNumber:uIW

SaClmNode safNode:sI saClmNodeDisableReboot:uW=0 saClmNodeEE:nW
saClmNodeAddressFamily:uW saClmNodeAddress:sW saClmNodeLockCallbackTimeout:tW
saClmNodeID:uCR saClmNodeIsMember:uCR saClmNodeBootTimeStamp:tCR
saClmNodeInitialViewNumber:qCR saClmNodeCurrAddressFamily:uCR
saClmNodeCurrAddress:sCR saClmNodeAdminState:uPCR=1

SaClmCluster safCluster:sI saClmClusterNumNodes:uCR
saClmClusterInitTimestamp:tCR

SaAmfCluster safAmfCluster:sI saAmfClusterClmCluster:nW
saAmfClusterStartupTimeout:tWI saAmfClusterAdminState:uPCR=1

SaAmfNode safAmfNode:sI saAmfNodeClmNode:nW saAmfNodeCapacity:sWM
saAmfNodeSuFailOverProb:tWI saAmfNodeSuFailoverMax:uWI
saAmfNodeAutoRepair:uW=1 saAmfNodeFailfastOnTerminationFailure:uW=0
saAmfNodeFailfastOnInstantiationFailure:uW=0 saAmfNodeAdminState:uPCR=1
saAmfNodeOperState:uCR

SaAmfNodeGroup safAmfNodeGroup:sI saAmfNGNodeList:nMIW
saAmfNGAdminState:uPCR=1

SaAmfNodeSwBundle safInstalledSwBundle:nI saAmfNodeSwBundlePathPrefix:sI

SaAmfApplication safApp:sI saAmfAppType:nWI saAmfApplicationAdminState:uPCR=1
saAmfApplicationCurrNumSGs:uR

SaAmfAppType safVersion:sI saAmfApptSGTypes:nWIM

SaAmfAppBaseType safAppType:sI

SaAmfSG safSg:sI saAmfSGType:nWI saAmfSGSuHostNodeGroup:nW
saAmfSGAutoRepair:uW saAmfSGAutoAdjust:uW saAmfSGNumPrefActiveSUs:uW=1
saAmfSGNumPrefStandbySUs:uW=1 saAmfSGNumPrefInserviceSUs:uW
saAmfSGNumPrefAssignedSUs:uW saAmfSGMaxActiveSIsperSU:uW
saAmfSGMaxStandbySIsperSU:uW saAmfSGAutoAdjustProb:tW
saAmfSGCompRestartProb:tW saAmfSGCompRestartMax:uW saAmfSGSuRestartProb:tW
saAmfSGSuRestartMax:uW saAmfSGAdminState:uPCR=1 saAmfSGNumCurrAssignedSUs:uR
saAmfSGNumCurrNonInstantiatedSpareSUs:uR saAmfSGNumCurrInstantiatedSpareSUs:uR
osafAmfSGSuOperationList:nMCR osafAmfSGFsmState:uCR=0

SaAmfSGType safVersion:sI saAmfSgtRedundancyModel:uI saAmfSgtValidSuTypes:nWMI
saAmfSgtDefAutoRepair:uW=1 saAmfSgtDefAutoAdjust:uW=0
saAmfSgtDefAutoAdjustProb:tWI saAmfSgtDefCompRestartProb:tWI
saAmfSgtDefCompRestartMax:uWI saAmfSgtDefSuRestartProb:tWI
saAmfSgtDefSuRestartMax:uWI

SaAmfSGBaseType safSgType:sI

SaAmfSU safSu:sI saAmfSUType:nWI saAmfSURank:uW=0
saAmfSUHostNodeOrNodeGroup:nW saAmfSUFailover:uW saAmfSUMaintenanceCampaign:nW
saAmfSUPreInstantiable:uCR saAmfSUOperState:uCR saAmfSUAdminState:uPCR=1
saAmfSUReadinessState:uCR saAmfSUPresenceState:uCR saAmfSUAssignedSIs:nMR
saAmfSUHostedByNode:nCR saAmfSUNumCurrActiveSIs:uR saAmfSUNumCurrStandbySIs:uR
saAmfSURestartCount:uR osafAmfSUSwitch:uCR=0

SaAmfSUType safVersion:sI saAmfSutIsExternal:uI saAmfSutDefSUFailover:uWI
saAmfSutProvidesSvcTypes:nMIW

SaAmfSUBaseType safSuType:sI

SaAmfSutCompType safMemberCompType:nI saAmfSutMaxNumComponents:u
saAmfSutMinNumComponents:u=1

SaAmfSI safSi:sI saAmfSvcType:nWI saAmfSIProtectedbySG:nW saAmfSIRank:uW=0
saAmfSIActiveWeight:sWM saAmfSIStandbyWeight:sWM
saAmfSIPrefActiveAssignments:uW=1 saAmfSIPrefStandbyAssignments:uW=1
saAmfSIAdminState:uPCR=1 saAmfSIAssignmentState:uCR
saAmfSINumCurrActiveAssignments:uR saAmfSINumCurrStandbyAssignments:uR
saAmfUnassignedAlarmStatus:uPCR=0

SaAmfSvcType safVersion:sI saAmfSvcDefActiveWeight:sWM
saAmfSvcDefStandbyWeight:sWM

SaAmfSvcBaseType safSvcType:sI

SaAmfSIDependency safDepend:nI saAmfToleranceTime:tW

SaAmfSIRankedSU safRankedSu:nI saAmfRank:uWI

SaAmfSIAssignment! safSISU:nCR saAmfSISUHAState:uCR
saAmfSISUHAReadinessState:uCR osafAmfSISUFsmState:uCR=0

SaAmfSvcTypeCSTypes safMemberCSType:nI saAmfSvctMaxNumCSIs:uW

SaAmfCSI safCsi:sI saAmfCSType:nWI saAmfCSIDependencies:nWM
osafAmfCSICommunicateCsiAttributeChange:uW

SaAmfCSType safVersion:sI saAmfCSAttrName:sWM

SaAmfCSBaseType safCSType:sI

SaAmfCSIAttribute safCsiAttr:sI saAmfCSIAttriValue:sWM

SaAmfCSIAssignment! safCSIComp:nCR saAmfCSICompHAState:uCR
saAmfCSICompHAReadinessState:uCR

SaAmfCompType safVersion:sI saAmfCtCompCategory:uI saAmfCtSwBundle:n
saAmfCtDefCmdEnv:sM saAmfCtDefClcCliTimeout:tW saAmfCtDefCallbackTimeout:tW
saAmfCtRelPathInstantiateCmd:s saAmfCtDefInstantiateCmdArgv:sWM
saAmfCtDefInstantiationLevel:uW saAmfCtRelPathTerminateCmd:s
saAmfCtDefTerminateCmdArgv:sWM saAmfCtRelPathCleanupCmd:s
saAmfCtDefCleanupCmdArgv:sWM saAmfCtRelPathAmStartCmd:s
saAmfCtDefAmStartCmdArgv:sWM saAmfCtRelPathAmStopCmd:s
saAmfCtDefAmStopCmdArgv:sWM osafAmfCtRelPathHcCmd:s osafAmfCtDefHcCmdArgv:sWM
saAmfCtDefQuiescingCompleteTimeout:tW saAmfCtDefRecoveryOnError:uWI
saAmfCtDefDisableRestart:uW

SaAmfCompBaseType safCompType:sI

SaAmfCtCsType safSupportedCsType:nI saAmfCtCompCapability:uI
saAmfCtDefNumMaxActiveCSIs:u saAmfCtDefNumMaxStandbyCSIs:u

SaAmfComp safComp:sI saAmfCompType:nWI saAmfCompCmdEnv:sWM
saAmfCompInstantiateCmdArgv:sWM saAmfCompInstantiateTimeout:tW
saAmfCompInstantiationLevel:uW saAmfCompNumMaxInstantiateWithoutDelay:uW
saAmfCompNumMaxInstantiateWithDelay:uW
saAmfCompDelayBetweenInstantiateAttempts:tW saAmfCompTerminateCmdArgv:sWM
saAmfCompTerminateTimeout:tW saAmfCompCleanupCmdArgv:sWM
saAmfCompCleanupTimeout:tW saAmfCompAmStartCmdArgv:sWM
saAmfCompAmStartTimeout:tW saAmfCompNumMaxAmStartAttempts:uW
saAmfCompAmStopCmdArgv:sWM saAmfCompAmStopTimeout:tW osafAmfCompHcCmdArgv:sWM
saAmfCompNumMaxAmStopAttempts:uW saAmfCompCSISetCallbackTimeout:tW
saAmfCompCSIRmvCallbackTimeout:tW saAmfCompQuiescingCompleteTimeout:tW
saAmfCompRecoveryOnError:uW saAmfCompDisableRestart:uW saAmfCompProxyCsi:nW
saAmfCompContainerCsi:nW saAmfCompOperState:uCR saAmfCompReadinessState:uCR
saAmfCompPresenceState:uCR saAmfCompRestartCount:uR saAmfCompCurrProxyName:nR
saAmfCompCurrProxiedNames:nMR

SaAmfCompCsType safSupportedCsType:nI saAmfCompNumMaxActiveCSIs:uW
saAmfCompNumMaxStandbyCSIs:uW saAmfCompNumCurrActiveCSIs:uR
saAmfCompNumCurrStandbyCSIs:uR saAmfCompAssignedCsi:nR

SaAmfCompGlobalAttributes safRdn:sI saAmfNumMaxInstantiateWithoutDelay:uW
saAmfNumMaxInstantiateWithDelay:uW saAmfNumMaxAmStartAttempts:uW
saAmfNumMaxAmStopAttempts:uW saAmfDelayBetweenInstantiateAttempts:tW

SaAmfHealthcheck safHealthcheckKey:sI saAmfHealthcheckPeriod:tW
saAmfHealthcheckMaxDuration:tW

SaAmfHealthcheckType safHealthcheckKey:sI saAmfHctDefPeriod:tWI
saAmfHctDefMaxDuration:tWI

SaSmfSwBundle safSmfBundle:sI saSmfBundleDefaultCmdTimeout:tW
saSmfBundleInstallOnlineCmdUri:sW saSmfBundleInstallOnlineCmdArgs:sW
saSmfBundleInstallOfflineCmdUri:sW saSmfBundleInstallOfflineCmdArgs:sW
saSmfBundleInstallOfflineScope:uW saSmfBundleRemoveOnlineCmdUri:sW
saSmfBundleRemoveOnlineCmdArgs:sW saSmfBundleRemoveOfflineCmdUri:sW
saSmfBundleRemoveOfflineCmdArgs:sW saSmfBundleRemoveOfflineScope:uW

OpenSafAmfConfig amfConfig:sI osafAmfRestrictAutoRepairEnable:uW

SaSmfCampaign safSmfCampaign:sI saSmfCmpgFileUri:sW saSmfCmpgConfigBase:tPCR
saSmfCmpgExpectedTime:tPCR saSmfCmpgElapsedTime:tPCR saSmfCmpgState:uPCR=1
saSmfCmpgError:sPCMR

SaSmfProcedure! safSmfProcedure:sPCR saSmfProcExecLevel:uPCR
saSmfProcMustKeepSIs:nPCMR saSmfProcAcceptSIOutage:nPCMR
saSmfProcMaxNumSIsOutage:uPCR saSmfProcUpgrMethod:uPCR
saSmfProcDisableSimultanExec:uPCR saSmfProcPeriod:tPCR saSmfProcState:uPCR
saSmfProcError:sPCMR

SaSmfStep! safSmfStep:sPCR saSmfStepMaxRetry:uPCR saSmfStepRetryCount:uPCR
saSmfStepRestartOption:uPCR saSmfStepState:uPCR saSmfStepError:sPCMR

SaSmfDeactivationUnit! safSmfDu:sPCR saSmfDuActedOn:nPCMR
saSmfDuEntityToRemove:nPCMR

SaSmfActivationUnit! safSmfAu:sPCR saSmfAuActedOn:nPCMR
saSmfAuEntityToAdd:nPCMR

SaSmfImageNodes! safImageNode:sPCR saSmfINSwBundle:nPCR saSmfINNode:nPCMR

OpenSafSmfConfig smfConfig:sI smfBackupCreateCmd:sIW smfBundleCheckCmd:sIW
smfNodeCheckCmd:sIW smfRepositoryCheckCmd:sIW smfClusterRebootCmd:sIW
smfAdminOpTimeout:tIW smfCliTimeout:tIW smfRebootTimeout:tIW
smfNodeBundleActCmd:sW smfSiSwapSiName:sW smfSiSwapMaxRetry:uW
smfCampMaxRestart:uW smfImmPersistCmd:sW smfNodeRebootCmd:sW
smfInactivatePbeDuringUpgrade:uW smfVerifyEnable:uW=0
smfVerifyTimeout:tW=100000000000 smfClusterControllers:sWM
smfSSAffectedNodesEnable:uW=0 smfKeepDuState:uW=0 openSafSmfExecControl:sW
smfProtectExecControlDuringInit:uW=0

OpenSafSmfCampRestartInfo! smfRestartInfo:sPCR smfCampRestartCnt:uPCR

OpenSafSmfSingleStepInfo! smfSingleStepInfo:sPCR smfRebootType:uPCR

OpenSafSmfCampRestartIndicator! smfCampaignRestartIndicator:sPCR

OpenSafSmfPbeIndicator! safRdn:sPCR

OpenSafSmfRollbackElement! smfRollbackElement:sPCR

OpenSafSmfRollbackData! smfRollbackData:sPCR smfRollbackType:sPCR
smfRollbackDn:nPCR smfRollbackClass:sPCR smfRollbackAttrValue:sPCMR

OpenSafSmfMisc openSafSmfMisc:sI reason:sW

OpenSafSmfExecControl openSafSmfExecControl:s procExecMode:uW=0
numberOfSingleSteps:uW nodesForSingleStep:sWM
"""


def _attr(word):
    name, rest = word.split(':', 1)
    rest, _, default = rest.partition('=')
    return AttrDef(name, TYPES[rest[0]],
                   ''.join(c for c in rest[1:] if c in FLAGS),
                   'R' in rest[1:], default or None)


def _parse():
    out = {}
    for paragraph in TABLE.strip().split('\n\n'):
        words = paragraph.split()
        name = words[0].rstrip('!')
        attrs = [_attr(w) for w in words[1:]]
        out[name] = ClassDef(name, words[0].endswith('!'), attrs[0],
                             attrs[1:])
    return out


CLASSES = _parse()
